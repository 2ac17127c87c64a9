import type { Answer } from '../http.answers.js';
import type { SimulatorSettings } from '../settings.js';
import type { VendorRoute } from '../vendor.call.js';
import { CODE, failure, invalid } from './envelope.js';

/** 401 of a missing, wrong or wrong-kind credential (reference 2.12). */
export function unauthorised(): Answer {
  return failure(401, CODE.unauthorised, 'Unauthorized');
}

/** Refusal of a body that is not JSON, or not called JSON. */
export function unreadableBody(settings: SimulatorSettings): Answer {
  const problem = { loc: ['body', 0], msg: 'JSON decode error', type: 'json_invalid' };
  return invalid(settings, [problem]);
}

/** Runs a handler for holders of the account's key only; a session token is not enough. */
export function withApiKey(handle: VendorRoute['handle']): VendorRoute['handle'] {
  return (call, world) => (call.hasApiKey ? handle(call, world) : unauthorised());
}
