import { setMaxListeners } from 'node:events';

/**
 * A controller whose signal any number of waits may listen to at once, as when a process goes: Node
 * takes the eleventh listener for a leak and warns of it.
 */
export function sharedAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(Infinity, controller.signal);
  return controller;
}
