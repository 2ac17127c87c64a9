import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../stack/project-root.js';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Drop-in</title>
<link rel="icon" href="data:,"><video autoplay playsinline muted></video>
<script type="module" src="drop-in.js"></script></html>`;

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/** A customer's page that uses the vendor's unmodified SDK and nothing of ours, on its own origin. */
export async function serveDropIn(port = 0): Promise<Site> {
  const bundle = await build({
    entryPoints: [join(projectRoot, 'test', 'chat-plugin', 'src', 'drop-in', 'main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  const program = bundle.outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    const isProgram = request.url === '/drop-in.js';
    const type = isProgram ? 'text/javascript' : 'text/html; charset=utf-8';
    response.writeHead(200, { 'content-type': type }).end(isProgram ? program : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { origin: `http://localhost:${portOf(server)}`, close: () => close(server) };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
