import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  AppError,
  describeCause,
  Lifecycle,
  refuseAmbiguousFraming,
  type RequestContext,
  requestContext,
} from '#platform';
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AvatarConfig } from '../../config/avatar-config.js';
import { AvatarError } from '../../errors.js';
import type { OpenedSocket } from './bridge.js';
import { handshakeRefusal } from './handshake-refusal.js';
import { acceptance, readSocketKey, SOCKET_PATH } from './opening-handshake.js';
import { RelayAdmission } from './relay-admission.service.js';
import { RelayService } from './relay.service.js';
import { readSocketQuery } from './socket-query.js';

/** Takes upgrade requests off the HTTP server: refused with our error body, or relayed. */
@Injectable()
export class RelayGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Relay');

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly lifecycle: Lifecycle,
    private readonly admission: RelayAdmission,
    private readonly relay: RelayService,
    private readonly config: AvatarConfig,
  ) {}

  onApplicationBootstrap(): void {
    const server: Server = this.adapter.httpAdapter.getHttpServer();
    server.on('upgrade', (request, duplex, head) => {
      const socket = duplex as Socket;
      // Behind a question that is not answered yet, nothing could be said without breaking into it.
      if (isAnswering(request, socket)) socket.destroy();
      else void this.upgrade(request, socket, head);
    });
    const { drainSignal } = this.lifecycle;
    drainSignal.addEventListener('abort', () => void this.relay.closeAll(), { once: true });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.relay.closeAll();
  }

  private async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const context = requestContext(request);
    const vanished = (): void => void socket.destroy();
    socket.once('error', vanished);
    try {
      const relay = await this.open(request, context);
      socket.off('error', vanished);
      socket.write(acceptance(readSocketKey(request), context));
      relay({ socket, head });
      this.log(101, context);
    } catch (error) {
      this.refuse(socket, error, context);
    }
  }

  private async open(
    request: IncomingMessage,
    context: RequestContext,
  ): Promise<(accepted: OpenedSocket) => void> {
    refuseAmbiguousFraming(request);
    if (this.config.heygen === null) throw new AvatarError('heygen_disabled');
    if (this.lifecycle.isDraining) throw new AvatarError('draining');
    readSocketKey(request);
    const query = readSocketQuery(queryOf(request.url ?? ''));
    const admission = await this.admission.admit(query, request.headers.origin, context);
    return this.relay.prepare(admission, query);
  }

  private refuse(socket: Socket, thrown: unknown, context: RequestContext): void {
    const error = thrown instanceof AppError ? thrown : new AvatarError('internal');
    if (error !== thrown) this.logger.error({ ...namesOf(context), cause: describeCause(thrown) });
    this.log(0, context, error.code);
    if (socket.writable) socket.end(handshakeRefusal(error, context));
    else socket.destroy();
  }

  /** The route and never the URL: a credential stands in its query. */
  private log(status: number, context: RequestContext, problem?: string): void {
    const outcome = problem === undefined ? { status } : { problem };
    this.logger.log({ method: 'GET', route: SOCKET_PATH, ...outcome, ...namesOf(context) });
  }
}

/** What the log calls a request. */
function namesOf({ requestId, traceId }: RequestContext) {
  return { requestId, ...(traceId ? { traceId } : {}) };
}

/** Whether an earlier request of this connection waits for its answer (pipelining). */
function isAnswering(request: IncomingMessage, socket: Socket): boolean {
  const probe = new ServerResponse(request);
  try {
    // A socket takes one response at a time and throws at another.
    probe.assignSocket(socket);
    probe.detachSocket(socket);
    return false;
  } catch {
    return true;
  }
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}
