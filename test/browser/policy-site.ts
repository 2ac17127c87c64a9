import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A customer's site on an origin of its own, whose one page has a policy and a script tag of ours. */
export class PolicySite {
  /** The value of the page's `Content-Security-Policy`. */
  policy = '';
  /** What stands in the page's head. */
  tag = '';

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<PolicySite> {
    const server = createServer((_request, response) => {
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': site.policy,
      });
      response.end(
        `<!doctype html><html lang="en"><meta charset="utf-8"><title>Policy</title><link rel="icon" href="data:,">${site.tag}<body></body></html>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const site = new PolicySite(server, `http://localhost:${port}`);
    return site;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
