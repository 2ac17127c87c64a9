import { startedVisit } from '../ilianaai-avatar/visit.js';
import type { StreamingWorld } from '../ilianaai-avatar/streaming-world.js';
import type { ProvedVisitor, Tenant } from '../petya-avatar-api/tenant.js';
import { type DeadTokens, deadTokens } from './dead-tokens.js';

export type Headers = Readonly<Record<string, string>>;

/** An account, and everybody who has to do with it. */
export interface Site {
  readonly tenant: Tenant;
  readonly wantsProof: boolean;
  readonly ada: ProvedVisitor;
  readonly bob: ProvedVisitor;
  readonly dead: DeadTokens;
  readonly secret: string;
  /** The secret key of another account. */
  readonly othersSecret: string;
  /** A session token of another session. */
  readonly strangersToken: string;
}

/** Makes an account with visitors, beside another one. */
export async function makeSite(
  world: StreamingWorld,
  other: Tenant,
  visitorProof: 'optional' | 'required',
): Promise<Site> {
  const limits = { maxConcurrentSessions: 1_000 };
  const tenant = await world.customer({ limits, visitorProof });
  const secret = await tenant.secretKey();
  return {
    tenant,
    wantsProof: visitorProof === 'required',
    ada: await tenant.proveVisitor(),
    bob: await tenant.proveVisitor(),
    dead: await deadTokens(world.petya, tenant, other),
    secret,
    othersSecret: await other.secretKey(),
    strangersToken: (await startedVisit(world.streaming, { key: secret })).token,
  };
}

export const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
export const key = (value: string): Headers => ({ 'x-api-key': value });

/** Whoever has the key of the page, and what else of a visitor's. */
export const KEY_CALLERS: Readonly<Record<string, (site: Site) => Headers>> = {
  nobody: () => ({}),
  'key of the page': ({ tenant }) => key(tenant.key),
  'key and the visitor’s token': ({ tenant, ada }) => ({ ...key(tenant.key), ...ada.proof }),
  'key and another visitor’s token': ({ tenant, bob }) => ({ ...key(tenant.key), ...bob.proof }),
  'key and an expired visitor token': ({ tenant, dead }) => ({
    ...key(tenant.key),
    ...dead.expired,
  }),
  'key and an erased visitor’s token': ({ tenant, dead }) => ({
    ...key(tenant.key),
    ...dead.erased,
  }),
  'key and another account’s visitor token': ({ tenant, dead }) => ({
    ...key(tenant.key),
    ...dead.foreign,
  }),
  'secret key': ({ secret }) => key(secret),
  'secret key in a page': ({ secret }) => ({ ...key(secret), origin: 'https://shop.example.com' }),
  'another account’s secret key': ({ othersSecret }) => key(othersSecret),
};

/** The answers of all callers by their names, one after the other: a visitor has one session. */
export async function askAll<T>(
  callers: readonly string[],
  ask: (caller: string) => Promise<T>,
): Promise<Record<string, T>> {
  const found: Record<string, T> = {};
  for (const caller of callers) found[caller] = await ask(caller);
  return found;
}
