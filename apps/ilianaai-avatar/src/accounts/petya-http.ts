import type { HttpModuleOptions } from '@nestjs/axios';
import { type AxiosAdapter, getAdapter } from 'axios';
import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Largest answer of Petya that is read. */
const MAX_ANSWER_BYTES = 1024 * 1024;

const overHttp = getAdapter('http');

/** Connections that nobody has used before, and nobody will again. */
const UNUSED = { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent() };

/**
 * Makes a call once more, on a new connection, where the other side has closed the kept one that it went
 * out on: a server, or what stands before it, ends what is idle, also in the instant in which a call is
 * sent. Any call to Petya may be made twice: they ask, or say what Petya knows by an id.
 */
const sendOrRepeat: AxiosAdapter = async (config) => {
  try {
    return await overHttp(config);
  } catch (error) {
    if (!wasClosedIdle(error)) throw error;
    return overHttp({ ...config, ...UNUSED });
  }
};

const CLOSED: readonly unknown[] = ['ECONNRESET', 'EPIPE'];

/** Whether a call failed with a connection that earlier ones had used. */
function wasClosedIdle(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, request } = error as { code?: unknown; request?: Partial<ClientRequest> };
  return CLOSED.includes(code) && request?.reusedSocket === true;
}

/** How Petya is called: no redirects, no proxy from the environment, answers judged by us. */
export const petyaHttpOptions: HttpModuleOptions = {
  adapter: sendOrRepeat,
  maxRedirects: 0,
  proxy: false,
  maxContentLength: MAX_ANSWER_BYTES,
  maxBodyLength: Infinity,
  validateStatus: () => true,
  httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 64 }),
  httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 64 }),
};
