import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../config/load-config.js';
import { failPoint } from '../config/fail-point.js';
import { describeCause } from '../errors/describe-cause.js';
import { Lifecycle } from './lifecycle.js';
import { LeavingConnections } from './leaving-connections.js';
import { listenProblem } from './listen-problem.js';

/** While draining, connections over which nobody waits are looked for this often. */
const IDLE_SWEEP_MS = 500;

/** An app that is ready to listen, and where. */
export interface RunnableApp {
  readonly app: NestExpressApplication;
  readonly host: string;
  readonly port: number;
  readonly drainSeconds: number;
}

/**
 * Runs an app as a process: listens, drains on SIGTERM and SIGINT and leaves with 0; on a crash
 * logs, drains and leaves with 1. A configuration that does not fit is one clear message and 1.
 */
export async function runMain(create: () => Promise<RunnableApp>): Promise<void> {
  try {
    const running = await create();
    leaveOnSignals(running, new LeavingConnections(running.app.getHttpServer()));
    await running.app.listen(running.port, running.host).catch((error: unknown) => {
      throw listenProblem(error, '');
    });
    const { port } = running.app.getHttpServer().address() as AddressInfo;
    new Logger('Main').log({ listening: { host: running.host, port } });
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exit(1);
  }
}

function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return `The start failed: ${JSON.stringify(describeCause(error))}`;
}

function leaveOnSignals(running: RunnableApp, connections: LeavingConnections): void {
  const logger = new Logger('Main');
  let leaving = false;
  const leave = (code: number) => {
    if (leaving) return;
    leaving = true;
    void drain(running, connections).then(
      () => process.exit(code),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => leave(0));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ crash: event, cause: describeCause(error) });
      leave(1);
    });
  }
}

/**
 * Stops taking connections, lets requests in flight end, and their connections with them, then
 * closes the app. What has not ended after `drainSeconds` is cut. Connections that never carried a
 * byte are cut at once.
 */
async function drain(
  { app, drainSeconds }: RunnableApp,
  connections: LeavingConnections,
): Promise<void> {
  const lifecycle = app.get(Lifecycle);
  lifecycle.beginDrain();
  await failPoint('shutdown.drainBegun');
  const server: Server = app.getHttpServer();
  const cut = setTimeout(() => {
    server.closeAllConnections();
    lifecycle.adminListener?.cut();
  }, drainSeconds * 1000);
  const sweep = setInterval(() => {
    connections.endIdle();
    lifecycle.adminListener?.endIdle();
  }, IDLE_SWEEP_MS);
  connections.leave();
  await app.close();
  clearTimeout(cut);
  clearInterval(sweep);
}
