import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';
import { bundlePage } from './bundle.js';
import { createPageServer } from './page.server.js';

// The compiled program runs in `.cache/build`; the page's own files stay with the source.
const folder = join(projectRoot, 'test', 'chat-plugin');
const server = createPageServer({
  folder,
  programs: await bundlePage(folder),
  apiKey: required('API_KEY'),
  secretKey: await secretKey(),
  petyaUrl: required('PETYA_URL'),
  deskUrl: process.env['PETYA_INNER_URL'] || required('PETYA_URL'),
  heartbeatSeconds: process.env['HEARTBEAT_SECONDS'] ?? '15',
});
server.listen(Number(process.env['PORT'] ?? 8080), process.env['HOST'] ?? '127.0.0.1');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set.`);
  return value;
}

/** Given by itself, or in a file where another container has made it. */
async function secretKey(): Promise<string> {
  const file = process.env['SECRET_KEY_FILE'];
  return file === undefined ? required('SECRET_KEY') : (await readFile(file, 'utf8')).trim();
}
