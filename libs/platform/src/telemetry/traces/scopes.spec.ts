import { afterEach, describe, expect, it } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { delay } from '../../time/delay.js';
import { newScopes, PromiseScopes, type Scopes } from './scopes.js';

interface Value {
  readonly name: string;
}

const ONE: Value = { name: 'one' };
const OTHER: Value = { name: 'other' };

const made: Scopes<Value>[] = [];
afterEach(() => {
  for (const scopes of made.splice(0)) scopes.disable();
});

const KINDS: readonly [string, () => Scopes<Value>][] = [
  ['by Node.js', () => new AsyncLocalStorage<Value>()],
  ['by promises', () => new PromiseScopes<Value>()],
];

class OwnPromise<T> extends Promise<T> {}

/** Ways in which work goes on later. */
const WAYS: readonly [string, () => Promise<unknown>][] = [
  ['a promise that is settled', () => Promise.resolve()],
  ['a turn of the event loop', () => nextTurn()],
  ['a timer', () => delay(2)],
  ['several at once', () => Promise.all([delay(1), nextTurn(), Promise.resolve()])],
  ['the quickest of several', () => Promise.race([delay(1), delay(5)])],
  ['a list that comes in pieces', readPieces],
  ['an event', () => nextEvent()],
  ['a socket', () => answerOfSocket()],
  ['a tick', () => new Promise<void>((resolve) => process.nextTick(resolve))],
  ['a promise of a class of its own', () => OwnPromise.resolve(1)],
  ['something that fails', () => Promise.reject(new Error('no')).catch(() => undefined)],
];

async function readPieces(): Promise<void> {
  async function* pieces() {
    yield await delay(1);
    yield await nextTurn();
  }
  for await (const piece of pieces()) expect(piece).toBeUndefined();
}

async function nextEvent(): Promise<void> {
  const emitter = new EventEmitter();
  setTimeout(() => emitter.emit('event'), 1);
  await once(emitter, 'event');
}

async function answerOfSocket(): Promise<void> {
  const server = createServer((socket: Socket) => socket.end('answer')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket = createConnection(port, '127.0.0.1');
  await new Promise((resolve) => socket.on('data', resolve));
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}

describe.each(KINDS)('what runs under a value, %s', (_kind, make) => {
  const scopesOf = (): Scopes<Value> => {
    const scopes = make();
    made.push(scopes);
    return scopes;
  };

  it.each(WAYS)('is under it behind %s', async (_way, wait) => {
    const scopes = scopesOf();
    const seen = await scopes.run(ONE, async () => {
      await wait();
      return scopes.getStore();
    });
    expect(seen).toBe(ONE);
    expect(scopes.getStore() ?? null).toBeNull();
  });

  it('is under its own, however many take turns', async () => {
    const scopes = scopesOf();
    const work = async (value: Value): Promise<boolean> => {
      for (const [, wait] of [...WAYS, ...WAYS]) {
        await wait();
        if (scopes.getStore() !== value) return false;
      }
      return true;
    };
    const values = Array.from({ length: 40 }, (_, index) => ({ name: `value ${index}` }));
    const all = await Promise.all(values.map((value) => scopes.run(value, () => work(value))));
    expect(all.every(Boolean)).toBe(true);
  });

  it('is under its own where what it waits for is settled by another', async () => {
    const scopes = scopesOf();
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const waiting = scopes.run(ONE, () => gate.then(() => scopes.getStore()));
    await scopes.run(OTHER, async () => {
      await nextTurn();
      goOn();
    });
    expect(await waiting).toBe(ONE);
  });

  it('is under another within it, and under its own behind that', async () => {
    const scopes = scopesOf();
    const seen = await scopes.run(ONE, async () => {
      const inner = await scopes.run(OTHER, async () => {
        await delay(1);
        return scopes.getStore();
      });
      return [inner, scopes.getStore()];
    });
    expect(seen).toEqual([OTHER, ONE]);
  });

  it('is under none of what others follow, and they under none of its', async () => {
    const [scopes, others] = [scopesOf(), scopesOf()];
    const seen = await scopes.run(ONE, async () => {
      await delay(1);
      const without = others.getStore() ?? null;
      const both = await others.run(OTHER, async () => {
        await nextTurn();
        return [scopes.getStore(), others.getStore()];
      });
      await delay(1);
      return [without, both, scopes.getStore(), others.getStore() ?? null];
    });
    expect(seen).toEqual([null, [ONE, OTHER], ONE, null]);
  });

  it('leaves none behind where it throws at once', () => {
    const scopes = scopesOf();
    const fail = (): never => {
      throw new Error('at once');
    };
    expect(() => scopes.run(ONE, fail)).toThrow('at once');
    expect(scopes.getStore() ?? null).toBeNull();
  });

  it('is under none once nothing is followed, and under one again when something is run', async () => {
    const scopes = scopesOf();
    const seen = await scopes.run(ONE, async () => {
      await nextTurn();
      const before = scopes.getStore();
      scopes.disable();
      await nextTurn();
      return [before, scopes.getStore() ?? null];
    });
    expect(seen).toEqual([ONE, null]);
    const again = scopes.run(OTHER, () => nextTurn().then(() => scopes.getStore()));
    expect(await again).toBe(OTHER);
  });

  it('is under it whatever else follows work by Node.js', async () => {
    const scopes = scopesOf();
    const another = new AsyncLocalStorage<Value>();
    const look = async () => {
      await delay(1);
      return [scopes.getStore(), another.getStore()];
    };
    const within = await scopes.run(ONE, () => another.run(OTHER, look));
    const around = await another.run(OTHER, () => scopes.run(ONE, look));
    const behind = await scopes.run(ONE, async () => {
      another.disable();
      return look();
    });
    expect([within, around, behind]).toEqual([
      [ONE, OTHER],
      [ONE, OTHER],
      [ONE, undefined],
    ]);
  });
});

describe('what follows work', () => {
  it('follows promises and no callback of a timer, where it follows promises', async () => {
    const scopes = new PromiseScopes<Value>();
    made.push(scopes);
    const seen = await new Promise<unknown>((resolve) =>
      scopes.run(ONE, () => setTimeout(() => resolve(scopes.getStore()), 1)),
    );
    expect(seen).toBeUndefined();
  });

  it('leaves nothing behind for what was begun outside, where it follows promises', async () => {
    const scopes = new PromiseScopes<Value>();
    made.push(scopes);
    const seen: unknown[] = [];
    const looking = setInterval(() => seen.push(scopes.getStore()), 1);
    await scopes.run(ONE, async () => {
      for (let turn = 0; turn < 20; turn += 1) await delay(1);
    });
    clearInterval(looking);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((value) => value !== undefined)).toEqual([]);
  });

  it('follows nothing that is under way when it ends, where it follows promises', async () => {
    const scopes = new PromiseScopes<Value>();
    const waiting = scopes.run(ONE, async () => {
      await delay(5);
      return scopes.getStore();
    });
    scopes.disable();
    expect(await waiting).toBeUndefined();
  });

  it.each([
    ['20.19.0', PromiseScopes],
    ['22.21.1', PromiseScopes],
    ['23.0.0', PromiseScopes],
    ['24.0.0', AsyncLocalStorage],
    ['26.3.1', AsyncLocalStorage],
  ])('is what is cheapest on Node.js %s', (version, kind) => {
    expect(newScopes(version)).toBeInstanceOf(kind);
  });
});
