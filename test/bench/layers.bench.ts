import { say } from '../stack/say.js';
import { median } from './bench-database.js';
import { isQuick, measuredOn, report } from './figures.js';
import { compare, ratios } from './rest/closed-loop.js';
import type { Call } from './rest/load.js';
import { compareAddedTimes } from './rest/open-loop.js';
import { installPeers, PEER_KEYS } from './rest/peers.js';
import { startRestWorld, type WantedApp } from './rest/world.js';

/*
 * What each thing that we do for a proxied call takes of it: the same app with one of them left out,
 * with all of them, and the framework with nothing in it. This says how near `rest` can come to a
 * proxy that does none of them.
 */
const NO_LOG = { LOG_LEVEL: 'error' };
const NO_RATES = { RATE_PER_ADDRESS_PER_MINUTE: '0', RATE_PER_KEY_PER_MINUTE: '0' };
const OURS = 'ours';
const LOOK_UP: WantedApp = { name: 'the session look-up', variants: ['no-session-look-up'] };
const SMALLER: readonly WantedApp[] = [
  { name: 'the log line', env: NO_LOG },
  { name: 'validation', variants: ['no-validation'] },
  { name: 'rate limits', env: NO_RATES },
];
const ALL_FOUR: WantedApp = {
  name: 'all four',
  variants: ['no-session-look-up', 'no-validation'],
  env: { ...NO_LOG, ...NO_RATES },
};
/** What differs by less than a quick look can tell is left to a long one. */
const LAYERS = [LOOK_UP, ...(isQuick ? [] : SMALLER), ALL_FOUR];
const NEST = 'nest and nothing else';
const PEER = 'http-proxy';

await installPeers();
const world = await startRestWorld([{ name: OURS }, ...LAYERS], [NEST, PEER]);
measuredOn(world.database.description);
try {
  const call: Call = {
    path: '/v1/streaming.interrupt',
    body: {},
    sessions: world.sessions,
    keys: PEER_KEYS,
    expected: '"status":"success"',
  };
  say('\n50 connections, plain HTTP to the vendor; ours without …');
  const names = [OURS, ...LAYERS.map(({ name }) => name), NEST, PEER];
  const contestants = names.map((name) => ({ name, call }));
  const rounds = await compare(world, contestants, 50);
  const tell = (figure: string, pair: readonly [string, string]): void => {
    const each = ratios(rounds, pair);
    const raw = Object.fromEntries(pair.map((name) => [name, rounds.get(name)]));
    report({ question: 'layers', figure, value: median(each), unit: '×', rounds: each, raw });
  };
  for (const { name } of LAYERS) tell(`proxied call without ${name} ÷ with it`, [name, OURS]);
  tell(`proxied call ÷ ${PEER}`, [OURS, PEER]);
  tell(`without all four ÷ ${PEER}`, ['all four', PEER]);
  tell(`${NEST} ÷ ${PEER}`, [NEST, PEER]);
  if (!isQuick) await tellAddedTimes(call);
} finally {
  await world.stop();
}

async function tellAddedTimes(call: Call): Promise<void> {
  say('\nat a fixed rate, without the session look-up');
  const what = ' without the session look-up';
  await compareAddedTimes(world, call, {
    question: 'layers',
    target: LOOK_UP.name,
    what,
    rates: [250],
  });
}
