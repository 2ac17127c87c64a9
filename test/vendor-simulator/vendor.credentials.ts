import type { IncomingMessage } from 'node:http';
import type { CredentialKind } from './ledger.js';
import { sessionOfToken } from './liveavatar/token.js';
import type { SimulatorWorld } from './simulator.world.js';

/** What a request proves about its sender. */
export interface Credentials {
  /** True when the account's key was sent and is right. */
  hasApiKey: boolean;
  /** The bearer token as it was sent, else null. */
  bearer: string | null;
  /** Session named by a valid session token, else null. */
  tokenSessionId: string | null;
  /** The credential that decides on this route, as the ledger calls it. */
  kind: CredentialKind;
}

function tokenSession(token: string | null, world: SimulatorWorld): string | null {
  if (token === null) return null;
  const id = sessionOfToken(token, world.tokenSecret, world.clock.nowMs());
  return id !== null && world.liveavatar.find(id) ? id : null;
}

/** Reads both headers; with both valid the token decides at start and the key elsewhere. */
export function readCredentials(
  request: IncomingMessage,
  route: string,
  world: SimulatorWorld,
): Credentials {
  const heygenKey = route.startsWith('streaming.') ? world.settings.heygenApiKey : '';
  const hasApiKey = request.headers['x-api-key'] === (heygenKey || world.apiKey);
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
  const tokenSessionId = tokenSession(bearer, world);
  const found = { hasApiKey, bearer, tokenSessionId };
  if (bearer !== null && world.heygen.isToken(bearer)) return { ...found, kind: 'bearer' };
  if (tokenSessionId !== null && (route === 'start' || !hasApiKey)) {
    return { ...found, kind: 'bearer' };
  }
  if (hasApiKey) return { ...found, kind: 'api-key' };
  const sent = request.headers['x-api-key'] ?? request.headers.authorization;
  return { ...found, kind: sent === undefined ? 'none' : 'wrong' };
}
