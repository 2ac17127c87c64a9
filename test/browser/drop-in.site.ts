import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../stack/project-root.js';

/** The pages by their addresses, each with a program that knows one of the vendors' SDKs. */
const PROGRAMS: Readonly<Record<string, string>> = { '/': 'main', '/streaming': 'streaming' };

const page = (program: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Drop-in</title>
<link rel="icon" href="data:,"><video autoplay playsinline muted></video>
<script type="module" src="/${program}.js"></script></html>`;

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/** A customer's pages that use a vendor's unmodified SDK and nothing of ours, on one origin. */
export async function serveDropIn(port = 0): Promise<Site> {
  const source = join(projectRoot, 'test', 'chat-plugin', 'src', 'drop-in');
  const bundle = await build({
    entryPoints: Object.values(PROGRAMS).map((name) => join(source, `${name}.ts`)),
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  const server = createServer(({ url = '/' }, response) => {
    const file = bundle.outputFiles.find(({ path }) => path === url);
    const type = file === undefined ? 'text/html; charset=utf-8' : 'text/javascript';
    const text = file?.text ?? page(PROGRAMS[url] ?? 'main');
    response.writeHead(200, { 'content-type': type }).end(text);
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
