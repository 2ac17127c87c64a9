import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findOnPath } from '../../stack/find-on-path.js';
import { freePort } from '../../stack/ports.js';
import { cachePath, compiledPath } from '../../stack/project-root.js';
import { say } from '../../stack/say.js';
import { cpuMicrosOf, pin } from '../rest/process-cpu.js';

/** What stands between a client and the vendor; `direct` is nothing. */
export type Kind = 'direct' | 'bare' | 'ours' | 'pipe' | 'http-proxy' | 'nginx';

export interface Relay {
  readonly kind: Kind;
  readonly port: number;
  readonly pid: number;
  /** What its process has used so far. */
  cpuMicros(): Promise<number>;
  /** Resident memory in bytes, garbage collected. Of the relays in Node only. */
  memoryBytes(): Promise<number>;
  stop(): void;
}

export function withoutRelay(vendorPort: number): Relay {
  const none = (): Promise<number> => Promise.resolve(0);
  return {
    kind: 'direct',
    port: vendorPort,
    pid: process.pid,
    cpuMicros: none,
    memoryBytes: none,
    stop: () => undefined,
  };
}

/** Starts a relay in a process of its own, on a core of its own where there are two. */
export async function startRelay(kind: Kind, vendorPort: number): Promise<Relay> {
  const entry = compiledPath('test', 'bench', 'relay', 'relay.process.js');
  const child: ChildProcess = fork(entry, [kind, String(vendorPort)], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${kind} has ended`)));
  ended.catch(() => undefined);
  const ask = (question: 'cpu' | 'memory'): Promise<number> => {
    child.send(question);
    return answer();
  };
  const answer = async (): Promise<number> => {
    const [value] = (await Promise.race([once(child, 'message'), ended])) as [number];
    return value;
  };
  const port = await answer();
  pin(child.pid, 'measured');
  return {
    kind,
    port,
    pid: child.pid ?? 0,
    cpuMicros: () => ask('cpu'),
    memoryBytes: () => ask('memory'),
    stop: () => child.disconnect(),
  };
}

/** @returns null, and a line that says so, where nginx is not installed */
export async function startNginx(vendorPort: number): Promise<Relay | null> {
  const binary = await findOnPath('nginx');
  if (binary === undefined) {
    say('nginx is not on PATH and is left out.');
    return null;
  }
  const folder = cachePath('bench-nginx-relay');
  await mkdir(join(folder, 'logs'), { recursive: true });
  const port = await freePort();
  await writeFile(join(folder, 'nginx.conf'), nginxConfig(port, vendorPort));
  const child = spawn(binary, ['-p', folder, '-c', 'nginx.conf'], { stdio: 'ignore' });
  while (child.exitCode === null && !(await listens(port))) await delay(20);
  if (child.exitCode !== null) throw new Error('nginx does not start');
  pin(child.pid, 'measured');
  return {
    kind: 'nginx',
    port,
    pid: child.pid ?? 0,
    cpuMicros: () => Promise.resolve(cpuMicrosOf(child.pid ?? null)),
    memoryBytes: () => Promise.resolve(0),
    stop: () => void child.kill(),
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

function nginxConfig(port: number, vendorPort: number): string {
  return `daemon off; master_process off; pid nginx.pid; error_log logs/error.log;
events { worker_connections 4096; }
http {
  access_log off; client_body_temp_path body; proxy_temp_path proxy;
  fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${vendorPort}; proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
    }
  }
}
`;
}
