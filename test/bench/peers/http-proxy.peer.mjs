import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy';
import { admit, listen, swap, vendorUrl } from './gate.mjs';

/* http-proxy with keep-alive. */
const proxy = httpProxy.createProxyServer({
  target: vendorUrl,
  agent: new Agent({ keepAlive: true }),
  changeOrigin: true,
});
proxy.on('error', (_error, _request, response) => response.writeHead(502).end());
listen(
  createServer((request, response) => {
    if (!admit(request, response)) return;
    swap(request.headers);
    proxy.web(request, response);
  }),
);
