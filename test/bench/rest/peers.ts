import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseUri } from '../../stack/database-uri.js';
import { findOnPath } from '../../stack/find-on-path.js';
import { installPackages } from '../../stack/install-packages.js';
import { freePort } from '../../stack/ports.js';
import { cachePath, projectRoot } from '../../stack/project-root.js';
import { say } from '../../stack/say.js';
import type { AppSurroundings } from './apps.js';
import { Forked } from './forked.js';
import type { Target } from './target.js';
import { benchKey } from './load.js';
import { VENDOR_KEY } from './vendor.stub.js';

/** Keys that the peers know. */
export const PEER_KEYS = 20;

const PROGRAMS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'express + http-proxy-middleware': ['express.peer.mjs', 'shipped'],
  'express + http-proxy-middleware, prototypes mended': ['express.peer.mjs', 'fixed'],
  'http-proxy': ['http-proxy.peer.mjs'],
  'fastify + @fastify/http-proxy': ['fastify.peer.mjs'],
  'node + undici': ['undici.peer.mjs'],
  'nest and nothing else': ['nest.process.js'],
};

/** Installs the peers where they are missing or others than the lock file names. */
export function installPeers(): Promise<void> {
  const folder = join(projectRoot, 'test', 'bench', 'peers');
  return installPackages(folder, () => say('Installing the peers …'));
}

/** Starts every peer in front of the vendor, or those that are named, each in a process of its own. */
export async function startPeers(
  vendorPort: number,
  wanted: readonly string[] = [...Object.keys(PROGRAMS), 'nginx'],
): Promise<Target[]> {
  const env = { ...peerEnv(vendorPort), KEYS: String(PEER_KEYS) };
  const peers: Target[] = [];
  for (const [name, [file, ...args]] of Object.entries(PROGRAMS)) {
    if (wanted.includes(name)) peers.push(await startPeer(name, [file, ...args], env));
  }
  if (!wanted.includes('nginx')) return peers;
  const nginx = await startNginx(vendorPort);
  if (nginx) peers.push(nginx);
  else say('nginx is not on PATH and is left out.');
  return peers;
}

/** Starts a whole plain service, which needs Petya as well as the vendor, and a database or none. */
export function startPlain(
  name: string,
  file: string,
  { vendorPort, petyaPort, mongodbUri }: AppSurroundings,
): Promise<Target> {
  return startPeer(name, [file], {
    ...peerEnv(vendorPort),
    PETYA_URL: `http://127.0.0.1:${petyaPort}`,
    PETYA_TOKEN: 'bench-service-token',
    MONGODB_URI: databaseUri(mongodbUri, 'bench_plain'),
  });
}

async function startPeer(
  name: string,
  [file, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): Promise<Target> {
  const peer = await Forked.start<{ port: number }, never, never>(file, args, env);
  return { name, port: peer.hello.port, pid: peer.pid, stop: async () => peer.stop() };
}

function peerEnv(vendorPort: number) {
  return { VENDOR_URL: `http://127.0.0.1:${vendorPort}`, VENDOR_KEY, NODE_ENV: 'production' };
}

async function startNginx(vendorPort: number): Promise<Target | null> {
  const binary = await findOnPath('nginx');
  if (binary === undefined) return null;
  const folder = cachePath('bench-nginx');
  await mkdir(join(folder, 'logs'), { recursive: true });
  const port = await freePort();
  await writeFile(join(folder, 'nginx.conf'), nginxConfig(port, vendorPort));
  const child = spawn(binary, ['-p', folder, '-c', 'nginx.conf'], { stdio: 'ignore' });
  process.once('exit', () => child.kill());
  await new Promise((resolve) => setTimeout(resolve, 300));
  if (child.exitCode !== null) return null;
  return { name: 'nginx', port, pid: child.pid ?? null, stop: async () => void child.kill() };
}

function nginxConfig(port: number, vendorPort: number): string {
  const keys = Array.from({ length: PEER_KEYS }, (_unused, index) => `${benchKey(index)} bench;`);
  return `daemon off; master_process off; pid nginx.pid; error_log logs/error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000; client_body_temp_path body; proxy_temp_path proxy;
  fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  map $http_x_api_key $account { default ""; ${keys.join(' ')} }
  upstream vendor { server 127.0.0.1:${vendorPort}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      if ($account = "") { return 401; }
      proxy_pass http://vendor; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Api-Key ${VENDOR_KEY}; proxy_set_header Cookie "";
      proxy_set_header Authorization ""; proxy_set_header Origin "";
    }
  }
}
`;
}
