import type { JsonObject } from './liveavatar/validation.js';
import type { SimulatorWorld } from './simulator.world.js';

/** A control request: placeholders, query and parsed body ({} when there is none). */
export interface ControlCall {
  params: Record<string, string>;
  query: URLSearchParams;
  body: JsonObject;
  world: SimulatorWorld;
}

/** Method, pattern and what is answered with 200. */
export type ControlRoute = [
  method: string,
  pattern: string,
  handle: (call: ControlCall) => unknown,
];

/** A control request that cannot be carried out: 404 unknown session, 409 wrong state. */
export class ControlRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
