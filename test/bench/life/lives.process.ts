import { setTimeout as delay } from 'node:timers/promises';
import { RawConnection, type RawAnswer } from '../rest/raw-connection.js';
import { LIFE, type LifeCall, type LifeState, type Step } from './life-steps.js';
import type { LivesOrder, LivesResult } from './lives.js';

/*
 * The generator of lives, in a process of its own: takes an order, carries it out, answers what it
 * saw. Each life has a connection of its own, as a browser has.
 */
const KEYS = 1_000;

/** What leaves a session open, with everything said in it. */
const OPEN_ENDED = LIFE.filter(({ step }) => !['keep-alive', 'history', 'stop'].includes(step));

/** Of those that come as fast as they go. */
const AT_ONCE = 16;

/** Before this a call is made without a look at the clock. */
const SOON_MS = 1;

process.on('message', (order: LivesOrder) => {
  void run(order).then((result) => process.send?.(result));
});
process.once('disconnect', () => process.exit());
process.send?.('ready');

let lived = 0;

async function run(order: LivesOrder): Promise<LivesResult> {
  const times: Record<Step, number[]> = {
    token: [],
    start: [],
    message: [],
    'keep-alive': [],
    history: [],
    stop: [],
  };
  const wrong: string[] = [];
  const { pace } = order;
  const one = async (bornAtMs: number | null): Promise<void> => {
    const failure = await live(order, bornAtMs, times);
    if (failure !== null) wrong.push(failure);
  };
  if (pace) {
    const beganAtMs = performance.now() + 10;
    const bornAt = (index: number): number => beganAtMs + (index * 1000) / pace.perSecond;
    await Promise.all(
      Array.from({ length: order.lives }, async (_unused, index) => {
        await until(bornAt(index));
        await one(bornAt(index));
      }),
    );
  } else {
    let left = order.lives;
    const many = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await one(null);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, many));
  }
  return { times, wrong };
}

/**
 * @param bornAtMs when its first call was due; null where each call is due once the last is answered
 * @returns what went wrong; the life ends there
 */
async function live(
  { port, pace }: LivesOrder,
  bornAtMs: number | null,
  times: Record<Step, number[]>,
): Promise<string | null> {
  lived += 1;
  const state = { key: `SE_life_${lived % KEYS}`, sessionId: '', token: '' };
  const connection = new RawConnection(port);
  const calls = pace ? LIFE : OPEN_ENDED;
  for (const [index, call] of calls.entries()) {
    const dueAt = bornAtMs === null ? performance.now() : bornAtMs + index * (pace?.gapMs ?? 0);
    await until(dueAt);
    const answer = await ask(connection, call, state);
    times[call.step].push(performance.now() - dueAt);
    if (answer.status !== call.status) return `${call.step}: ${answer.status} ${answer.body}`;
    if (call.step === 'token') Object.assign(state, opened(answer));
  }
  connection.close();
  return null;
}

function ask(connection: RawConnection, call: LifeCall, state: LifeState): Promise<RawAnswer> {
  return new Promise((resolve) => connection.send(call.request(state), resolve));
}

function opened({ body }: RawAnswer): Pick<LifeState, 'sessionId' | 'token'> {
  const { data } = JSON.parse(body) as { data: { session_id: string; session_token: string } };
  return { sessionId: data.session_id, token: data.session_token };
}

async function until(atMs: number): Promise<void> {
  const leftMs = atMs - performance.now();
  if (leftMs > SOON_MS) await delay(leftMs);
}
