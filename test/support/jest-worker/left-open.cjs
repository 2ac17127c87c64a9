'use strict';
const { setTimeout: delay } = require('node:timers/promises');

/**
 * What is being closed when a file ends has this long, which is much for a busy machine: it is waited
 * for only while something is open.
 */
const GRACE_MS = 10_000;
/** A call that is still under way at a file's end has this long. */
const CALL_MS = 1_000;
const POLL_MS = 10;

const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/**
 * What one of the process's handles is, in words: a server, a connection or a child process. Anything
 * else is null: the pipes to Jest's own process, standard input and output, a file that is watched.
 */
function describeHandle(handle) {
  if (typeof handle.spawnfile === 'string') return `the child process ${handle.spawnfile}`;
  if (typeof handle.getConnections === 'function') {
    const address = handle.address?.();
    return address && typeof address === 'object' ? `a server on port ${address.port}` : null;
  }
  const { remoteAddress, remotePort } = handle;
  return remoteAddress === undefined ? null : `a connection to ${remoteAddress}:${remotePort}`;
}

/**
 * The sentence a file fails with that leaves something open; null where nothing is. Handles of
 * `before` were open when the file began, so they are not the file's; `timers` are those that have
 * been set since and keep the process running.
 */
function leftOpen(file, handles, before, timers = 0) {
  const named = handles
    .filter((handle) => !before.has(handle))
    .map(describeHandle)
    .filter((each) => each !== null);
  if (timers > 0) named.push(timers === 1 ? 'a timer' : `${timers} timers`);
  if (named.length === 0) return null;
  return `${file} ends and leaves open: ${named.join(', ')}. Close it in afterAll.`;
}

const activeHandles = () => process._getActiveHandles();

/** Timers that keep the process running; one that is `unref`ed fires into the next file as well, but counts nowhere. */
const activeTimers = () =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

/** Watches over one file, from its beginning. */
function watchHandles(file) {
  const before = new WeakSet(activeHandles());
  const timersBefore = activeTimers();
  const ask = () => leftOpen(file, activeHandles(), before, activeTimers() - timersBefore);
  return {
    /** @throws an error that names the file and what is still open after the grace */
    async end() {
      const deadline = performance.now() + GRACE_MS;
      let sentence = ask();
      while (sentence !== null && performance.now() < deadline) {
        await delay(POLL_MS);
        sentence = ask();
      }
      if (sentence !== null) throw new Error(sentence);
    },
  };
}

/**
 * Node's `fetch` keeps its connections, and the timers of their parsers, for the next call. They are
 * closed here for every file, because no test can reach them. A call under way is waited for a
 * moment: to cut it would fail a promise that nobody hears any more.
 */
async function closeFetch() {
  const dispatcher = globalThis[DISPATCHER];
  if (dispatcher === undefined) return;
  globalThis[DISPATCHER] = new dispatcher.constructor();
  const given = new AbortController();
  await Promise.race([
    dispatcher.close(),
    delay(CALL_MS, undefined, { signal: given.signal }).catch(() => undefined),
  ]);
  given.abort();
}

module.exports = { closeFetch, describeHandle, leftOpen, watchHandles };
