import express from 'express';
import { Agent, createServer, IncomingMessage, ServerResponse } from 'node:http';
import process from 'node:process';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { admit, listen, swap, vendorUrl } from './gate.mjs';

/* Express 5 + http-proxy-middleware with keep-alive, as shipped or (`fixed`) with the prototypes. */
const app = express();
app.use((request, response, next) => {
  if (!admit(request, response)) return;
  swap(request.headers);
  next();
});
const agent = new Agent({ keepAlive: true });
app.use(createProxyMiddleware({ target: vendorUrl, agent, changeOrigin: true }));

const isFixed = process.argv[2] === 'fixed';
listen(createServer(isFixed ? bornWithPrototypes() : {}, app));

/** Requests and responses that have Express's prototypes from birth, as ours have. */
function bornWithPrototypes() {
  class BornRequest extends IncomingMessage {}
  class BornResponse extends ServerResponse {}
  Object.setPrototypeOf(BornRequest.prototype, app.request);
  Object.setPrototypeOf(BornResponse.prototype, app.response);
  Object.assign(app, { request: BornRequest.prototype, response: BornResponse.prototype });
  return { IncomingMessage: BornRequest, ServerResponse: BornResponse };
}
