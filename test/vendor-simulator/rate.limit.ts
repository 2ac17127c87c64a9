import { CODE, failure } from './liveavatar/envelope.js';
import type { Answer } from './http.answers.js';
import type { SimulatorWorld } from './simulator.world.js';
import type { VendorCall } from './vendor.call.js';

/**
 * Counts a request against its caller's budget on this route (reference 2.13: caller is the API
 * key, else the session token, else the address). Gives the limit's headers, and the 429 when this
 * request is one too many.
 */
export function countAgainstLimit(
  call: VendorCall,
  route: string,
  world: SimulatorWorld,
): { headers: Record<string, string>; refusal: Answer | null } {
  const limit = world.settings.rateLimitPerSecond;
  if (limit <= 0) return { headers: {}, refusal: null };
  const caller = call.hasApiKey ? 'api-key' : (call.tokenSessionId ?? call.address);
  const window = world.rate.count(`${caller} ${route}`, limit, world.clock.nowMs());
  const headers: Record<string, string> = {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(Math.max(0, window.remaining)),
    'x-ratelimit-reset': window.resetSeconds.toFixed(3),
  };
  if (window.remaining >= 0) return { headers, refusal: null };
  headers['retry-after'] = String(Math.ceil(window.resetSeconds));
  return { headers, refusal: failure(429, CODE.rateLimited, 'Rate limit exceeded') };
}
