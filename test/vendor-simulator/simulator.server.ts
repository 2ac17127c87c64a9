import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl } from './control.routes.js';
import { serveHeyGenSockets } from './heygen/socket.js';
import { corsHeaders, parseJson, readBody, sendJson } from './http.answers.js';
import type { RoomServer } from './room/room.access.js';
import type { SimulatorSettings } from './settings.js';
import { SimulatorWorld } from './simulator.world.js';
import { dispatchVendor } from './vendor.dispatch.js';

/** The key the simulated account has unless another is given. */
export const DEFAULT_SIMULATOR_KEY = 'sim-liveavatar-key';

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  host?: string;
  apiKey?: string;
  /** Settings that also a reset returns to. */
  settings?: Partial<SimulatorSettings>;
  /** A LiveKit server to open the sessions' rooms on. */
  roomServer?: RoomServer;
}

/** A listening simulator. `world` lets a test in the same process look inside. */
export interface VendorSimulator {
  url: string;
  port: number;
  apiKey: string;
  world: SimulatorWorld;
  /** Cuts every connection, also the hanging ones, and frees the port. */
  close(): Promise<void>;
}

async function control(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  world: SimulatorWorld,
): Promise<void> {
  const text = await readBody(request);
  world.sweep();
  const parsed = text ? parseJson(text) : { ok: true as const, value: {} };
  const answer = parsed.ok
    ? answerControl(request.method ?? 'GET', url, parsed.value, world)
    : { status: 400, body: { error: 'the body is not JSON' } };
  sendJson(response, { ...answer, headers: corsHeaders(request) });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  world: SimulatorWorld,
): Promise<void> {
  const base = `http://${request.headers.host ?? 'localhost'}`;
  const target = URL.canParse(request.url ?? '/', base) ? new URL(request.url ?? '/', base) : null;
  if (target === null) return sendJson(response, { status: 400, body: { detail: 'Bad Request' } });
  if (request.method === 'OPTIONS') {
    response.writeHead(204, corsHeaders(request)).end();
    return;
  }
  if (target.pathname.startsWith('/_control/')) return control(request, response, target, world);
  return dispatchVendor(request, response, target, world);
}

function onRequest(world: SimulatorWorld) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response, world).catch((error: unknown) => {
      if (response.headersSent || response.destroyed || request.destroyed) return;
      const detail = error instanceof Error ? error.message : 'failure';
      sendJson(response, { status: 500, body: { detail: `simulator: ${detail}` } });
    });
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Starts the simulator; rejects when the port is taken. */
export async function startVendorSimulator(
  options: SimulatorOptions = {},
): Promise<VendorSimulator> {
  const apiKey = options.apiKey ?? DEFAULT_SIMULATOR_KEY;
  const host = options.host ?? '127.0.0.1';
  const world = new SimulatorWorld(apiKey, options.settings, options.roomServer);
  const server = createServer(onRequest(world));
  // Longer than any client keeps an idle connection, so that no request meets a closing socket.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  serveHeyGenSockets(server, world);
  const port = await listen(server, options.port ?? 0, host);
  const timer = setInterval(() => world.sweep(), 250);
  timer.unref();
  const close = async () => {
    clearInterval(timer);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    world.heygen.close();
    server.closeAllConnections();
    await closed;
    await Promise.all([world.rooms?.closeAll(), world.streamRooms?.closeAll()]);
  };
  return { url: `http://${host}:${port}`, port, apiKey, world, close };
}
