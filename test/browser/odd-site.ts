import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bundlePlugin, PLAIN_SDK } from '../chat-plugin/bundle.js';
import { createPageServer } from '../chat-plugin/page.server.js';
import { projectRoot } from '../stack/project-root.js';
import { SDK_DOUBLE } from './sdk-double.js';

/** A page of somebody else's making. */
export interface OddPage {
  readonly html: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call that the plugin made. */
export interface PluginCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An answer in place of the usual one. */
export type Refusing = (
  call: PluginCall,
) =>
  readonly [status: number, body: object, headers?: Readonly<Record<string, string>>] | undefined;

/** The names by which a page is reached; the last is no place where a browser gives everything. */
export const LISTED = { own: 'localhost', other: '127.0.0.1', plain: 'shop.test' } as const;

/** For a browser that knows the plain name. */
export const ODD_FLAGS = [`--host-resolver-rules=MAP ${LISTED.plain} 127.0.0.1`] as const;

/**
 * Pages of all kinds around the plugin, and doubles of both services and of the vendor's SDK: what
 * is tried is the page, so nothing behind it needs to be real. Everything stands on one port under
 * three names.
 */
export class OddSite {
  readonly pages = new Map<string, OddPage>();
  readonly calls: PluginCall[] = [];
  refuses: Refusing = () => undefined;
  /** Without it the page finds no part for video. */
  hasSdk = true;
  private made = 0;
  private server: Server | undefined;
  private port = 0;

  async start(): Promise<void> {
    const folder = join(projectRoot, 'test', 'chat-plugin');
    const plugin = await bundlePlugin(folder);
    const hosted = createPageServer({
      folder,
      programs: { '/plugin.js': plugin, [`/${PLAIN_SDK}`]: SDK_DOUBLE },
      apiKey: '',
      secretKey: '',
      petyaUrl: '',
      pluginUrl: '',
      heartbeatSeconds: '5',
    });
    this.server = createServer((request, response) => {
      void this.handle(request, response).then((isHandled) => {
        if (!isHandled) hosted.emit('request', request, response);
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** The site by one of its names. */
  url(path: string, host: string = LISTED.own): string {
    return `http://${host}:${this.port}${path}`;
  }

  /** The script tag of a customer. */
  tag(more = '', host: string = LISTED.own): string {
    const src = this.url('/plugin.js', host);
    return `<script src="${src}" data-key="SE_odd-pages-00001" data-api="${this.url('')}" ${more}></script>`;
  }

  /** Calls whose path ends so. */
  callsTo(end: string): PluginCall[] {
    return this.calls.filter(({ path, method }) => path.endsWith(end) && method !== 'OPTIONS');
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { method = '', url = '/', headers } = request;
    const { pathname: path, search } = new URL(url, 'http://page');
    const page = this.pages.get(path);
    if (page !== undefined) {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...page.headers });
      response.end(page.html);
      return true;
    }
    if (path === '/avatar-sdk.js' && !this.hasSdk) {
      response.writeHead(404).end();
      return true;
    }
    if (!path.startsWith('/api/v1/') && !path.startsWith('/v1/')) return false;
    const call = { method, path: path + search, headers, body: await text(request) };
    this.calls.push(call);
    this.answer(call, response);
    return true;
  }

  private answer(call: PluginCall, response: ServerResponse): void {
    const [status, body, more] =
      call.method === 'OPTIONS' ? [200, {}] : (this.refuses(call) ?? [200, this.usual(call)]);
    const { origin } = call.headers;
    const asked = call.headers['access-control-request-headers'];
    response.writeHead(status, {
      'Content-Type': 'application/json',
      Vary: 'Origin',
      ...more,
      // As both services do: a page's origin is echoed, and what has none reads nothing.
      ...(origin !== undefined &&
        origin !== 'null' && {
          'Access-Control-Allow-Origin': origin,
          'Access-Control-Allow-Headers': asked ?? 'authorization',
          'Access-Control-Allow-Methods': 'GET, POST, PATCH, OPTIONS',
          'Access-Control-Expose-Headers': 'Retry-After',
        }),
    });
    response.end(JSON.stringify(body));
  }

  private usual({ path, method }: PluginCall): object {
    if (path.endsWith('/account/config')) {
      return {
        avatar: { enabled: true, intro: 'Hello, how can I help?' },
        avatarServiceUrl: this.url(''),
      };
    }
    this.made += 1;
    if (path.endsWith('/visitors/init')) {
      return { visitorId: `v-${this.made}`, visitorToken: `proof-${this.made}` };
    }
    if (path.endsWith('/userConversation/init')) return { conversationId: `c-${this.made}` };
    if (path.endsWith('/sessions/token')) {
      return { data: { session_id: `s-${this.made}`, session_token: `t-${this.made}` } };
    }
    if (method === 'GET') return { messages: [], nextCursor: null, data: { end_reason: null } };
    return { data: {} };
  }
}
