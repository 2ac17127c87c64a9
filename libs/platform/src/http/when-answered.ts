import type { ServerResponse } from 'node:http';

/** What a response of ours runs when it is given its end. */
export const ANSWERED = Symbol('answered');

/**
 * Runs something once whoever works on a request has its answer. A caller that has hung up changes
 * nothing: what was begun for it is worked on to its end, and `close` says nothing of that.
 */
export function whenAnswered(response: ServerResponse, run: () => void): void {
  (response as ServerResponse & { [ANSWERED]?: () => void })[ANSWERED] = run;
}
