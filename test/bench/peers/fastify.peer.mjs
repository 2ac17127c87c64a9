import httpProxy from '@fastify/http-proxy';
import fastify from 'fastify';
import process from 'node:process';
import { admit, swap, vendorUrl } from './gate.mjs';

/* Fastify + @fastify/http-proxy, which calls the vendor through undici. */
const app = fastify();
await app.register(httpProxy, {
  upstream: vendorUrl,
  preHandler: (request, reply, done) => {
    if (admit(request.raw, reply.raw)) done();
    else reply.hijack();
  },
  replyOptions: {
    rewriteRequestHeaders: (_request, headers) => {
      swap(headers);
      return headers;
    },
  },
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: app.server.address().port });
process.once('disconnect', () => process.exit());
