import type { HttpModuleOptions } from '@nestjs/axios';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Largest answer of Petya that is read. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** How Petya is called: no redirects, no proxy from the environment, answers judged by us. */
export const petyaHttpOptions: HttpModuleOptions = {
  maxRedirects: 0,
  proxy: false,
  maxContentLength: MAX_ANSWER_BYTES,
  maxBodyLength: Infinity,
  validateStatus: () => true,
  httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 64 }),
  httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 64 }),
};
