import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { answerAsPetya, countDeliveries } from './petya.stub.js';
import { answerAsVendor, countVendorCalls } from './vendor.stub.js';

/*
 * The vendor over plain HTTP and over TLS, and Petya, as fast as node:http is. In a process of its
 * own; says its ports, and answers each message with what has reached both.
 */
const vendor = await listening(createServer(answerAsVendor));
const petya = await listening(createServer(answerAsPetya));
const tls = await listening(createTlsServer(certificate(), answerAsVendor));

process.on('message', () => {
  process.send?.({ calls: countVendorCalls(), deliveries: countDeliveries() });
});
process.once('disconnect', () => process.exit());
process.send?.({ vendor, tls, petya });

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = process.argv[2] ?? '';
  return { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`) };
}

async function listening(server: Server): Promise<number> {
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
