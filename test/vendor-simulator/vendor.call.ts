import type { Answer } from './http.answers.js';
import type { SimulatorWorld } from './simulator.world.js';
import type { Credentials } from './vendor.credentials.js';

/** A body as it arrived: nothing, JSON, something that is not JSON, or over the size limit. */
export type VendorBody =
  | { kind: 'none' }
  | { kind: 'json'; value: unknown }
  | { kind: 'unreadable'; text: string }
  | { kind: 'too-long' };

/** One request as a vendor route sees it. */
export interface VendorCall extends Credentials {
  method: string;
  url: URL;
  body: VendorBody;
  /** Values of the route's placeholders, decoded. */
  params: Record<string, string>;
  /** The peer's address. */
  address: string;
}

/** One route of a vendor. `pattern` holds `{name}` for a path segment. */
export interface VendorRoute {
  name: string;
  method: string;
  pattern: string;
  handle(call: VendorCall, world: SimulatorWorld): Answer;
  /** The session a call is about, for the ledger. */
  sessionId?(call: VendorCall, answer: Answer): string | undefined;
}

/** Placeholder values when a path fits a pattern, else null. */
export function matchPattern(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const actual = given[index] ?? '';
    if (!part.startsWith('{')) {
      if (part !== actual) return null;
      continue;
    }
    if (actual === '') return null;
    try {
      params[part.slice(1, -1)] = decodeURIComponent(actual);
    } catch {
      return null;
    }
  }
  return params;
}
