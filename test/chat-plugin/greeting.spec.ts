import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Greeting, OWN_GREETING_MS } from './src/plugin/greeting.js';

let isGreeted = false;
let intros = 0;
let remembered = 0;

const newGreeting = (): Greeting =>
  new Greeting({
    isGreeted: () => isGreeted,
    remember: () => {
      isGreeted = true;
      remembered += 1;
    },
  });
const sayIntro = (): void => void (intros += 1);

beforeEach(() => {
  [isGreeted, intros, remembered] = [false, 0, 0];
  jest.useFakeTimers();
});
afterEach(() => void jest.useRealTimers());

type Step = 'live' | 'begun' | 'over' | number;

/** Plays what happens in a call, in milliseconds and events, and waits far beyond the end. */
function play(greeting: Greeting, steps: readonly Step[]): void {
  for (const step of steps) {
    if (typeof step === 'number') jest.advanceTimersByTime(step);
    if (step === 'live') greeting.expect(sayIntro);
    if (step === 'begun') greeting.begun();
    if (step === 'over') greeting.stop();
  }
  jest.advanceTimersByTime(10 * OWN_GREETING_MS);
}

describe('the greeting of a call', () => {
  it.each<[string, readonly Step[], number, boolean]>([
    ['is the intro where nobody begins', ['live'], 1, true],
    ['is the avatar’s own, said before it is live', ['begun', 'live'], 0, true],
    ['is the avatar’s own, at once', ['live', 'begun'], 0, true],
    [
      'is the avatar’s own, at the last moment',
      ['live', OWN_GREETING_MS - 1, 'begun', 'begun'],
      0,
      true,
    ],
    ['is the intro where it begins later', ['live', OWN_GREETING_MS, 'begun'], 1, true],
    ['is none where the call is over before', ['live', 1_000, 'over'], 0, false],
  ])('%s', (_what, steps, spoken, isKnown) => {
    play(newGreeting(), steps);
    expect([intros, isGreeted]).toEqual([spoken, isKnown]);
    expect(remembered).toBe(isKnown ? 1 : 0);
  });

  it('is said in one call of a conversation, and after a reload no more', () => {
    play(newGreeting(), ['live']);
    play(newGreeting(), ['live', 'begun']);
    expect([intros, remembered]).toEqual([1, 1]);
  });

  it('is said by the next call where the first was over too soon', () => {
    const greeting = newGreeting();
    play(greeting, ['live', 'over']);
    play(greeting, ['live']);
    expect(intros).toBe(1);
  });

  it('is remembered before it is said, so that a reload in between does not say it again', () => {
    let wasKnown = false;
    newGreeting().expect(() => void (wasKnown = isGreeted));
    jest.advanceTimersByTime(OWN_GREETING_MS);
    expect(wasKnown).toBe(true);
  });
});
