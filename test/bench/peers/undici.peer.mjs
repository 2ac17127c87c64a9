import { createServer } from 'node:http';
import { Pool } from 'undici';
import { admit, listen, swap, vendorUrl } from './gate.mjs';

/* Bare node + undici: as little as can be done in this language. */
const pool = new Pool(vendorUrl, { connections: 64, pipelining: 1 });
const HOP = ['connection', 'keep-alive', 'transfer-encoding', 'host', 'expect'];

listen(
  createServer((request, response) => {
    if (!admit(request, response)) return;
    const headers = { ...request.headers };
    for (const name of HOP) delete headers[name];
    swap(headers);
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      const call = { method: request.method, path: request.url, headers, body };
      pool.dispatch(call, forwardTo(response));
    });
  }),
);

function forwardTo(response) {
  return {
    onRequestStart() {},
    onResponseStart(_controller, status, headers) {
      for (const name of HOP) delete headers[name];
      response.writeHead(status, headers);
    },
    onResponseData(_controller, chunk) {
      response.write(chunk);
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError() {
      if (!response.headersSent) response.writeHead(502);
      response.end();
    },
  };
}
