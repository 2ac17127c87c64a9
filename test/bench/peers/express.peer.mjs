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
const classes = {
  IncomingMessage: born(IncomingMessage, app.request),
  ServerResponse: born(ServerResponse, app.response),
};
listen(createServer(isFixed ? classes : {}, app));

/** A class whose instances have Express's prototype from birth. */
function born(base, prototype) {
  function Born(...args) {
    return Reflect.construct(base, args, Born);
  }
  Born.prototype = prototype;
  return Born;
}
