import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';
import { optional, portOf, required, requiredUrl } from '../stack/variables.js';
import { bundleShop } from './bundle.js';
import { createPageServer } from './page.server.js';

// The compiled program runs in `.cache/build`; the page's own files stay with the source.
const folder = join(projectRoot, 'test', 'chat-plugin');
const server = createPageServer({
  folder,
  programs: { '/shop.js': await bundleShop(folder) },
  apiKey: required('API_KEY'),
  secretKey: await secretKey(),
  petyaUrl: requiredUrl('PETYA_URL'),
  pluginUrl: `${requiredUrl('AVATAR_URL')}/plugin/v1/plugin.js`,
  deskUrl: requiredUrl(optional('PETYA_INNER_URL') === undefined ? 'PETYA_URL' : 'PETYA_INNER_URL'),
  heartbeatSeconds: optional('HEARTBEAT_SECONDS') ?? '15',
});
server.listen(portOf('PORT', 8080), optional('HOST') ?? '127.0.0.1');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

/** Given by itself, or in a file where another container has made it. */
async function secretKey(): Promise<string> {
  const file = optional('SECRET_KEY_FILE');
  return file === undefined ? required('SECRET_KEY') : (await readFile(file, 'utf8')).trim();
}
