import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/* Node's own server, that refuses everything by its headers and ends the connection: the peer. */
const body = '{"code":401}';
const headers = {
  'content-type': 'application/json',
  'content-length': String(body.length),
  connection: 'close',
};
const server = createServer((_request, response) => response.writeHead(401, headers).end(body));
server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
process.once('disconnect', () => process.exit());
