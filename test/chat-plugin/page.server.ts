import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';

export interface PageOptions {
  /** Where `index.html` and the styles are. */
  readonly folder: string;
  /** The page's program. */
  readonly program: string;
  readonly apiKey: string;
  readonly petyaUrl: string;
  /** Hears what the visitor says, in place of a media room. */
  readonly simulatorUrl: string;
}

const files: Readonly<Record<string, readonly [string, string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/shop.css': ['shop.css', 'text/css; charset=utf-8'],
  '/chat.css': ['chat.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
};

/** The customer's web server: an origin of its own that knows nothing but its key. */
export function createPageServer(options: PageOptions): Server {
  return createServer((request, response) => {
    handle(options, request, response).catch(() => answer(response, 500, 'text/plain', 'Failed.'));
  });
}

async function handle(
  options: PageOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://page').pathname;
  const said = /^\/say\/([A-Za-z0-9_-]{1,128})$/.exec(path)?.[1];
  if (request.method === 'POST' && said !== undefined) {
    return passOn(options, said, request, response);
  }
  const file = files[path];
  if (file !== undefined) {
    return answer(response, 200, file[1], await readFile(join(options.folder, file[0])));
  }
  if (path === '/main.js') return answer(response, 200, 'text/javascript', options.program);
  if (path === '/health') return answer(response, 200, 'text/plain', 'ok');
  if (path === '/config.json') {
    const { apiKey, petyaUrl } = options;
    return answer(response, 200, 'application/json', JSON.stringify({ apiKey, petyaUrl }));
  }
  answer(response, 404, 'text/plain', 'Not here.');
}

async function passOn(
  { simulatorUrl }: PageOptions,
  sessionId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const heard = await fetch(`${simulatorUrl}/_control/sessions/${sessionId}/say`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: Buffer.concat(chunks),
  });
  answer(response, heard.status, 'application/json', await heard.text());
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
  response.end(body);
}
