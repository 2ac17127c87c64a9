import process from 'node:process';

/*
 * What every peer does for a call, and no more: look the caller's key up, take the caller's
 * credentials off, put the vendor's key on, forward. Told by variables: VENDOR_URL, VENDOR_KEY,
 * KEYS (how many keys there are).
 */
export const vendorUrl = process.env.VENDOR_URL;
export const vendorKey = process.env.VENDOR_KEY;

/** Headers of the caller that the vendor must not see. */
export const OURS = ['authorization', 'cookie', 'origin', 'referer'];

const accounts = new Map(
  Array.from({ length: Number(process.env.KEYS) }, (_unused, index) => [
    `SE_bench_${index}`,
    { accountId: 'bench' },
  ]),
);

/** Whether the caller's key is known; answers 401 where it is not. */
export function admit(request, response) {
  if (accounts.has(request.headers['x-api-key'])) return true;
  response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":401}');
  return false;
}

/** Swaps the credentials in the headers of a request. */
export function swap(headers) {
  for (const name of OURS) delete headers[name];
  headers['x-api-key'] = vendorKey;
}

/** Listens on a free port and says which. */
export function listen(server) {
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  process.once('disconnect', () => process.exit());
}
