import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Programs } from './bundle.js';
import { answerInWriting } from './desk.js';

export interface PageOptions {
  /** Where `index.html` and the styles are. */
  readonly folder: string;
  readonly programs: Programs;
  readonly apiKey: string;
  /** The shop's people answer with it. */
  readonly secretKey: string;
  /** Petya as a visitor's browser reaches it. */
  readonly petyaUrl: string;
  /** The plugin's script, which the gateway serves. */
  readonly pluginUrl: string;
  /** Petya as this server reaches it, where that differs. */
  readonly deskUrl?: string;
  /** Shorter than usual where somebody waits for it. */
  readonly heartbeatSeconds: string;
}

const files: Readonly<Record<string, readonly [string, string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/shop.css': ['shop.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
};

/**
 * Programs may be embedded by pages of other origins: modules are always asked for by CORS, and pages
 * that isolate themselves embed only what says so.
 */
const FROM_ANYWHERE = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** The customer's web server: an origin of its own that knows nothing but its keys. */
export function createPageServer(options: PageOptions): Server {
  return createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const handled =
      request.method === 'POST' && path === '/desk'
        ? answerAtDesk(options, request, response)
        : handle(options, path, response);
    handled.catch(() => answer(response, 500, 'text/plain', 'Failed.'));
  });
}

/** The page's own program tells which conversation somebody wrote in. */
async function answerAtDesk(
  options: PageOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const conversationId = (await text(request)).slice(0, 200);
  const { secretKey, petyaUrl, deskUrl = petyaUrl } = options;
  await answerInWriting({ petyaUrl: deskUrl, secretKey }, conversationId);
  answer(response, 202, 'text/plain', 'Answered.');
}

async function handle(options: PageOptions, path: string, response: ServerResponse): Promise<void> {
  const { apiKey, petyaUrl, programs } = options;
  const file = files[path];
  if (file !== undefined) {
    const content = await readFile(join(options.folder, file[0]), 'utf8');
    const shown = path === '/' ? withSettings(content, options) : content;
    return answer(response, 200, file[1], shown);
  }
  const program = programs[path];
  if (program !== undefined) {
    return answer(response, 200, 'text/javascript; charset=utf-8', program, FROM_ANYWHERE);
  }
  if (path === '/health') return answer(response, 200, 'text/plain', 'ok');
  if (path === '/config.json') {
    return answer(response, 200, 'application/json', JSON.stringify({ apiKey, petyaUrl }));
  }
  answer(response, 404, 'text/plain', 'Not here.');
}

/** What the customer wrote into the script tag by hand. */
function withSettings(html: string, options: PageOptions): string {
  const { apiKey, petyaUrl, pluginUrl, heartbeatSeconds } = options;
  return html
    .replaceAll('{{plugin}}', pluginUrl)
    .replaceAll('{{key}}', apiKey)
    .replaceAll('{{api}}', petyaUrl)
    .replaceAll('{{heartbeat}}', heartbeatSeconds);
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  more: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...more });
  response.end(body);
}
