import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { emptyMemory, Memory } from './memory.js';
import type { Line } from './remembered.js';

/** A browser's storage with room for so many characters. */
class FakeStorage {
  [name: string]: unknown;

  constructor(room = Infinity) {
    const hidden = { enumerable: false };
    Object.defineProperties(this, {
      getItem: {
        ...hidden,
        value: (name: string) => (Object.hasOwn(this, name) ? this[name] : null),
      },
      removeItem: { ...hidden, value: (name: string) => void delete this[name] },
      setItem: {
        ...hidden,
        value: (name: string, text: string) => {
          if (text.length > room) throw new DOMException('Full.', 'QuotaExceededError');
          this[name] = text;
        },
      },
    });
  }
}

const NAMES = ['localStorage', 'sessionStorage'] as const;
const before = NAMES.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));

function useStorages(
  tab: FakeStorage | null,
  browser: FakeStorage | null = new FakeStorage(),
): void {
  for (const [name, value] of [
    ['localStorage', browser],
    ['sessionStorage', tab],
  ] as const) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
}

beforeEach(() => useStorages(new FakeStorage()));
afterEach(() => {
  for (const [index, name] of NAMES.entries()) {
    const was = before[index];
    if (was) Object.defineProperty(globalThis, name, was);
    else Reflect.deleteProperty(globalThis, name);
  }
});

const ADA = { visitorId: 'v-1', visitorToken: 'proof-1' };
const line = (index: number, text = 'Hello'): Line => ({ id: `l-${index}`, role: 'user', text });

/** A tab in which somebody has talked. */
function talked(key = 'SE_1'): Memory {
  const memory = new Memory(key);
  const remembered = memory.recall();
  memory.visitor = ADA;
  memory.keep({ ...remembered, conversationId: 'c-1', lines: [line(1)] });
  return memory;
}

describe('the memory of a tab', () => {
  it('is there after a reload', () => {
    talked();
    const again = new Memory('SE_1');
    expect(again.recall()).toMatchObject({ conversationId: 'c-1', lines: [line(1)] });
    expect([again.visitor, again.isEmptied]).toEqual([ADA, false]);
  });

  it('is another one under another key', () => {
    talked();
    const other = new Memory('SE_2');
    expect(other.recall()).toMatchObject({ conversationId: null, lines: [] });
    expect(other.visitor).toBeNull();
  });

  it('begins anew where the page has dropped the visitor', () => {
    talked();
    localStorage.removeItem('avatar-chat.visitor.SE_1');
    expect(new Memory('SE_1').recall()).toMatchObject({ conversationId: null, lines: [] });
  });

  it.each([
    ['the tab’s storage', () => sessionStorage.removeItem('avatar-chat.SE_1')],
    ['the browser’s', () => localStorage.removeItem('avatar-chat.visitor.SE_1')],
    ['both', emptyMemory],
    ['what is kept under its key', () => new Memory('SE_1').empty()],
  ])('is emptied, and writes nothing more, once the page empties %s', (_what, empty) => {
    const memory = talked();
    const remembered = memory.recall();
    empty();
    expect(memory.isEmptied).toBe(true);
    const left = JSON.stringify([localStorage, sessionStorage]);
    memory.keep({ ...remembered, lines: [line(2)] });
    memory.visitor = { ...ADA, visitorId: 'v-2' };
    expect(JSON.stringify([localStorage, sessionStorage])).toBe(left);
  });

  it('is not emptied where there was nothing to keep', () => {
    const memory = new Memory('SE_1');
    memory.recall();
    expect([memory.visitor, memory.isEmptied]).toEqual([null, false]);
  });

  it('writes nothing while it is shut', () => {
    const memory = new Memory('SE_1');
    const remembered = memory.recall();
    memory.isShut = true;
    memory.keep({ ...remembered, lines: [line(1)] });
    memory.visitor = ADA;
    expect(JSON.stringify([localStorage, sessionStorage])).toBe('[{},{}]');
    expect(memory.visitor).toEqual(ADA);
  });

  it('has as many of the newest lines as there is room for', () => {
    const lines = Array.from({ length: 300 }, (_, index) => line(index, 'x'.repeat(1_000)));
    for (const [room, kept] of [
      [Infinity, 200],
      [150_000, 100],
      [20_000, 12],
      [2_000, 1],
    ] as const) {
      useStorages(new FakeStorage(room));
      const memory = new Memory('SE_1');
      memory.keep({ ...memory.recall(), lines });
      const again = new Memory('SE_1').recall().lines;
      expect([room, again]).toEqual([room, lines.slice(-kept)]);
    }
  });

  it.each([
    ['blocked', null],
    ['full', new FakeStorage(0)],
  ])('lasts as long as the page where the storage is %s', (_what, storage) => {
    useStorages(storage, storage);
    const memory = talked();
    expect([memory.visitor, memory.isEmptied]).toEqual([ADA, false]);
    expect(new Memory('SE_1').recall()).toMatchObject({ conversationId: null, lines: [] });
    emptyMemory();
  });

  it('takes nothing of another key with it', () => {
    talked('SE_1').empty();
    const other = talked('SE_2');
    new Memory('SE_1').empty();
    expect([other.isEmptied, new Memory('SE_2').visitor]).toEqual([false, ADA]);
    expect(new Memory('SE_1').visitor).toBeNull();
  });

  it('takes nothing of the page with it when it is emptied', () => {
    talked();
    localStorage.setItem('cart', 'two books');
    emptyMemory();
    expect(JSON.stringify([localStorage, sessionStorage])).toBe('[{"cart":"two books"},{}]');
  });
});
