import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '../stack/ports.js';
import { projectRoot } from '../stack/project-root.js';
import { debianProgram } from '../support/debian-program.js';
import { newCertificate } from '../support/tls.js';
import { until } from '../support/until.js';

const AVATAR = 'avatar.example.com';
const PETYA = 'petya.example.com';

/** What an app behind the proxy has got. */
interface Received {
  readonly app: string;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  /** The proxy's end of the connection. */
  readonly port: number | undefined;
}

interface Ports {
  readonly avatar: number;
  readonly petya: number;
  readonly http: number;
  readonly https: number;
}

interface Files {
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
}

/** How each proxy runs its file of ours: names, ports and certificates of a test, all else as it is. */
const PROXIES = {
  nginx: {
    configuration: (text: string, ports: Ports, files: Files) => {
      const http = text
        .replaceAll('listen 80;', `listen 127.0.0.1:${ports.http};`)
        .replaceAll('listen 443 ssl http2;', `listen 127.0.0.1:${ports.https} ssl http2;`)
        .replaceAll(/ssl_certificate \S+;/g, `ssl_certificate ${files.cert};`)
        .replaceAll(/ssl_certificate_key \S+;/g, `ssl_certificate_key ${files.key};`)
        .replaceAll('/var/log/nginx/', `${files.folder}/`);
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${files.folder}/${name};`)
        .join('\n');
      // Its workers are somebody else where root starts it, to whom the folder is closed.
      const user = process.getuid?.() === 0 ? 'user root;' : '';
      return `daemon off; ${user} pid ${files.folder}/nginx.pid; error_log stderr;
events {} http { access_log off; ${temporary}\n${http} }`;
    },
    file: 'nginx.conf',
    // What it complains of before it has read its file, too.
    args: (folder: string) => ['-p', folder, '-e', 'stderr', '-c', 'nginx.conf'],
  },
  caddy: {
    configuration: (text: string, ports: Ports, files: Files) =>
      text
        .replace('(app) {', `{\n\tadmin off\n\tauto_https off\n}\n\n(app) {`)
        .replaceAll(
          /^(\w+\.example\.com) \{/gm,
          `https://$1:${ports.https} {\n\tbind 127.0.0.1\n\ttls ${files.cert} ${files.key}`,
        ),
    file: 'Caddyfile',
    args: (folder: string) => [
      'run',
      '--config',
      join(folder, 'Caddyfile'),
      '--adapter',
      'caddyfile',
    ],
  },
} as const;

/** An app that notes what it gets, takes every body and every socket. */
async function listen(app: string, received: Received[]): Promise<Server> {
  const note = ({ url, headers, socket }: IncomingMessage): void =>
    void received.push({ app, url, headers, port: socket.remotePort });
  const server = createServer((incoming, response) => {
    note(incoming);
    incoming.resume().once('end', () => response.end(app));
  });
  server.on('upgrade', (incoming, socket) => {
    note(incoming);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    );
    socket.on('error', () => undefined).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** What a proxy that is missing takes to be had. */
const PROVIDE_MS = 120_000;

describe.each(['nginx', 'caddy'] as const)('our example for %s', (name) => {
  const proxy = PROXIES[name];
  const received: Received[] = [];
  let folder: string;
  let apps: Server[] = [];
  let ports: Ports;
  let child: ChildProcess | undefined;
  let complaints = '';

  beforeAll(async () => {
    const binary = await debianProgram(name);
    folder = await mkdtemp(join(tmpdir(), `${name}-`));
    const certificate = await newCertificate(AVATAR, PETYA);
    const files = { folder, cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await writeFile(files.cert, certificate.cert);
    await writeFile(files.key, certificate.key);
    apps = [await listen('avatar', received), await listen('petya', received)];
    const [avatar = 0, petya = 0] = apps.map(portOf);
    const [http = 0, https = 0] = await freePorts(2);
    ports = { avatar, petya, http, https };
    const text = (await readFile(join(projectRoot, 'apps', 'proxy', proxy.file), 'utf8'))
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${avatar}`)
      .replaceAll('127.0.0.1:5000', `127.0.0.1:${petya}`);
    await writeFile(join(folder, proxy.file), proxy.configuration(text, ports, files));
    const env = { PATH: process.env['PATH'], HOME: folder };
    const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
    const started = spawn(binary, proxy.args(folder), { env, stdio });
    started.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child = started;
    await until(`${name} answers`, async () => {
      if (started.exitCode !== null) return true;
      const answer = await ask(PETYA, '/').catch(() => null);
      return answer?.status === 200;
    });
    if (started.exitCode !== null) throw new Error(`${name} has ended: ${complaints}`);
    received.length = 0;
  }, PROVIDE_MS);

  afterAll(async () => {
    if (child !== undefined && child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    for (const app of apps) {
      app.closeAllConnections();
      app.close();
    }
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  interface Answer {
    readonly status: number | undefined;
    readonly text: string;
  }

  function ask(
    host: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: Buffer } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: ports.https,
          servername: host,
          path,
          method: body === undefined ? 'GET' : 'POST',
          headers: { host, ...headers },
          rejectUnauthorized: false,
          agent: false,
        },
        (answer) => {
          let text = '';
          answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
          answer.once('end', () => resolve({ status: answer.statusCode, text }));
        },
      );
      sent.once('error', reject);
      // The proxy may refuse a body before it has all of it.
      sent.end(body);
    });
  }

  it('leads each name to its app', async () => {
    expect(await ask(AVATAR, '/health/live')).toEqual({ status: 200, text: 'avatar' });
    expect(await ask(PETYA, '/api/v1/account/config')).toEqual({ status: 200, text: 'petya' });
    expect(await ask(AVATAR, '/api/v1/avatar/v1/sessions/token')).toMatchObject({ text: 'avatar' });
  });

  it.each([
    [AVATAR, '/api/v1/admin/sessions?group=parked'],
    [AVATAR, '/api/v1/admin'],
    [AVATAR, '/api/v1/avatar/api/v1/admin/sessions'],
    [AVATAR, '/api/v1/ADMIN/sessions'],
    [AVATAR, '/api/v1//admin/sessions'],
    [AVATAR, '/metrics'],
    [AVATAR, '/api/v1/avatar/metrics'],
    [PETYA, '/metrics'],
    [AVATAR, '/api/v1/%61dmin/sessions'],
    [AVATAR, '/board'],
    [AVATAR, '/board/gateway.0123456789abcdef.js'],
    [AVATAR, '/x/../board'],
    [PETYA, '/board'],
    [PETYA, '/board/'],
    [PETYA, '/api/v1/admin/accounts'],
    [PETYA, '/api/v1/x/../admin/accounts'],
    [PETYA, '/api/v1/avatar/conversations/c-1/status'],
    [PETYA, '/api/v1/Avatar/erasures'],
  ])('keeps %s%s to itself', async (host, path) => {
    received.length = 0;
    expect((await ask(host, path)).status).toBe(404);
    expect(received).toEqual([]);
  });

  it('tells the app the caller’s address, and no other that the caller claims', async () => {
    received.length = 0;
    const headers = { 'X-Forwarded-For': '203.0.113.9', Forwarded: 'for=203.0.113.9' };
    await ask(PETYA, '/', { headers });
    await ask(AVATAR, '/', { headers });
    expect(received.map((each) => each.headers['x-forwarded-for'])).toEqual([
      '127.0.0.1',
      '127.0.0.1',
    ]);
    expect(received.map((each) => each.headers.forwarded)).toEqual([undefined, undefined]);
    expect(received.map((each) => each.headers.host)).toEqual([PETYA, AVATAR]);
  });

  it('lets through what visitors and servers send, and nothing larger', async () => {
    const headers = { 'content-type': 'application/json' };
    const large = { headers, body: Buffer.alloc(256 * 1024, 'a') };
    expect((await ask(AVATAR, '/v1/streaming.avatar_message', large)).status).toBe(200);
    const huge = { headers, body: Buffer.alloc(2 * 1024 * 1024, 'a') };
    const answer = await ask(PETYA, '/api/v1/visitors/init', huge).catch(() => ({ status: 413 }));
    // Caddy passes on what it has and cuts it, where nginx refuses it by its length.
    expect(answer.status).not.toBe(200);
  });

  it('passes a socket’s upgrade and its bytes on, both ways', async () => {
    const echoed = await new Promise<string>((resolve, reject) => {
      const opening = request({
        host: '127.0.0.1',
        port: ports.https,
        servername: AVATAR,
        path: '/v1/ws/streaming.chat?session_token=secret-of-a-session',
        headers: {
          host: AVATAR,
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
        rejectUnauthorized: false,
        agent: false,
      });
      opening.once('upgrade', (_answer, socket) => {
        socket.once('data', (chunk: Buffer) => {
          resolve(chunk.toString());
          socket.destroy();
        });
        socket.write('ping');
      });
      opening.once('response', (answer) => reject(new Error(`answered ${answer.statusCode}`)));
      opening.once('error', reject);
      opening.end();
    });
    expect(echoed).toBe('ping');
  });

  it('keeps a token in a query out of its log', async () => {
    await ask(AVATAR, '/v1/ws/streaming.chat?session_token=secret-of-a-session');
    const log = await readFile(join(folder, 'avatar-chat.log'), 'utf8').catch(() => '');
    expect(log + complaints).not.toContain('secret-of-a-session');
    if (name === 'nginx') expect(log).toContain('GET /v1/ws/streaming.chat 200');
  });

  it('asks the app over connections that it keeps', async () => {
    received.length = 0;
    for (const host of [PETYA, PETYA, AVATAR, AVATAR]) await ask(host, '/');
    const [first, second, third, fourth] = received.map(({ port }) => port);
    expect([second, fourth]).toEqual([first, third]);
  });
});
