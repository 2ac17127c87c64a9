import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { Bridge } from '../../../apps/ilianaai-avatar/src/heygen/socket/bridge.js';
import {
  acceptance,
  readSocketKey,
} from '../../../apps/ilianaai-avatar/src/heygen/socket/opening-handshake.js';
import { SpokenLines } from '../../../apps/ilianaai-avatar/src/heygen/socket/spoken-lines.js';
import { TickWheel } from '../../../apps/ilianaai-avatar/src/heygen/socket/tick-wheel.js';
import { readSpeechEvent } from '../../../apps/ilianaai-avatar/src/heygen/vendor/heygen.events.js';
import { openHeyGenSocket } from '../../../apps/ilianaai-avatar/src/heygen/vendor/heygen.socket.js';
import { readTypedText } from '../../../apps/ilianaai-avatar/src/heygen/vendor/typed-text.js';
import { projectRoot } from '../../stack/project-root.js';

/*
 * One relay in a process of its own. `process.argv`: its kind, the vendor's port. Says on which
 * port it listens, and answers `cpu` with the microseconds that it has used so far and `memory` with
 * its resident bytes, garbage collected.
 */

const [, , kind = '', vendorPort = ''] = process.argv;

/** The usual relay: every message is read and sent again. */
function bare(): Server {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      const url = `ws://127.0.0.1:${vendorPort}/`;
      const vendor = new WebSocket(url, { perMessageDeflate: false });
      const early: [Buffer, boolean][] = [];
      client.on('message', (data: Buffer, binary) => {
        if (vendor.readyState === WebSocket.OPEN) vendor.send(data, { binary });
        else early.push([data, binary]);
      });
      vendor.on('open', () => {
        for (const [data, binary] of early) vendor.send(data, { binary });
      });
      vendor.on('message', (data: Buffer, binary) => client.send(data, { binary }));
      for (const each of [client, vendor]) each.on('error', () => undefined);
      client.on('close', () => vendor.terminate());
      vendor.on('close', () => client.terminate());
    });
  });
  return server;
}

/** Ours, with the transcript kept up to the write of a whole line. */
function ours(): Server {
  const server = createServer();
  const wheel = new TickWheel(10_000);
  const limits = { pingSeconds: 10, stallSeconds: 10, messagesPerSecond: 1_000_000 };
  server.on('upgrade', (request, socket, head) => {
    socket.write(
      acceptance(readSocketKey(request), { requestId: randomUUID(), traceId: undefined }),
    );
    const lines = new SpokenLines(() => undefined);
    const bridge = new Bridge(
      { socket: socket as never, head },
      limits,
      {
        vendorSaid: (text) => {
          const event = readSpeechEvent(text);
          if (event) lines.hear(event, Date.now());
        },
        clientTyped: (frame) => void readTypedText(frame),
        ticked: () => undefined,
        ended: () => undefined,
        over: () => lines.close(),
      },
      wheel,
    );
    void bridge.connect((signal) => openHeyGenSocket(`http://127.0.0.1:${vendorPort}`, '', signal));
  });
  return server;
}

/** The floor: bytes from one TCP connection to another. */
function pipe(): Server {
  return createTcpServer((client) => {
    const vendor = connect(Number(vendorPort), '127.0.0.1');
    client.setNoDelay(true);
    vendor.setNoDelay(true);
    client.pipe(vendor).pipe(client);
    for (const each of [client, vendor]) each.on('error', () => undefined);
  });
}

interface HttpProxy {
  ws(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  on(event: 'error', listener: () => void): void;
}

interface HttpProxyModule {
  createProxyServer(options: { readonly target: string; readonly ws: boolean }): HttpProxy;
}

/** The usual package for it, from the peers' own folder. */
function httpProxy(): Server {
  const load = createRequire(join(projectRoot, 'test', 'bench', 'peers', 'package.json'));
  const { createProxyServer } = load('http-proxy') as HttpProxyModule;
  const proxy = createProxyServer({ target: `http://127.0.0.1:${vendorPort}`, ws: true });
  proxy.on('error', () => undefined);
  const server = createServer();
  server.on('upgrade', (request, socket, head) => proxy.ws(request, socket, head));
  return server;
}

const relays: Readonly<Record<string, () => Server>> = {
  bare,
  ours,
  pipe,
  'http-proxy': httpProxy,
};
const server = relays[kind]?.();
if (!server) throw new Error(`there is no relay of the kind ${kind}`);
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on('message', (question) => {
  process.send?.(question === 'cpu' ? cpuMicros() : memoryBytes());
});
process.on('disconnect', () => process.exit());

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function memoryBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}
