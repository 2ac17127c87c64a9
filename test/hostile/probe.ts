import { type Answer, type Call, send } from '../support/json-client.js';
import type { Judge } from './origins.js';

type Headers = Readonly<Record<string, string>>;

/** One route with one credential, to be asked from every origin. */
export interface Probe {
  readonly title: string;
  readonly judge: Judge;
  /** Where it is let in. */
  readonly status: number;
  /** @param headers of the page that asks */
  ask(headers: Headers): Promise<Answer<unknown>>;
}

/** A credential, and by what a request that carries it is judged. */
export interface Holder {
  readonly name: string;
  readonly judge: Judge;
  readonly headers: Headers;
}

/** Nobody: the answer comes before an account is known. */
export const NOBODY: Holder = { name: 'no credential', judge: 'no credential', headers: {} };

/** The holder of a bearer token. */
export function bearerOf(name: string, judge: Judge, token: string): Holder {
  return { name, judge, headers: { authorization: `Bearer ${token}` } };
}

/** Makes probes of the routes below an address, as one holder calls them. */
export function probesOf(baseUrl: string, { name, judge, headers }: Holder) {
  return (route: string, status: number, json?: unknown, more: Headers = {}): Probe => {
    const [method = '', path = ''] = route.split(' ');
    const call: Call = { json, headers: { ...headers, ...more } };
    return {
      title: `${route}, ${name}`,
      judge,
      status,
      ask: (page) =>
        send(method, `${baseUrl}${path}`, { ...call, headers: { ...call.headers, ...page } }),
    };
  };
}
