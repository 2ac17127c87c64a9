import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EndWarning, toldEnd } from './src/plugin/end-warning.js';

const sec = (seconds: number): number => seconds * 1_000;

describe('the end that a visitor is told of', () => {
  it.each<[what: string, left: number, saidLeft: number | null, told: number | null]>([
    ['none while it is far', 61, null, null],
    ['it, a minute before', 60, null, 60],
    ['it, at once where there is less', 40, null, 40],
    ['it, also where it should be over', -5, null, -5],
    ['the same, as it was said', 40, 40, 40],
    ['the same where it is a little sooner', 26, 40, 40],
    ['the new one where it is much sooner', 25, 40, 25],
    ['the same where it is a little later', 59, 20, 20],
    ['the same where it is a minute later', 80, 20, 20],
    ['none where it is later than that', 81, 20, null],
    ['the new one where the one that was said has passed', 50, -15, 50],
  ])('is %s', (_what, left, saidLeft, told) => {
    const nowMs = 1_700_000_000_000;
    const saidMs = saidLeft === null ? null : nowMs + sec(saidLeft);
    const expected = told === null ? null : nowMs + sec(told);
    expect(toldEnd(nowMs + sec(left), saidMs, nowMs)).toBe(expected);
  });
});

describe('the words before the end', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** What is heard after so many seconds: so many are left. */
  type News = readonly [atSecond: number, left: number];
  /** What is shown from a second on; null: the usual words. */
  type Shown = readonly [atSecond: number, words: string | null];

  function play(news: readonly News[], stopAt = Infinity): Shown[] {
    const shown: Shown[] = [];
    const beganMs = Date.now();
    const second = (): number => (Date.now() - beganMs) / 1000;
    const warning = new EndWarning(() => shown.push([second(), briefly(warning.words())]));
    for (const [at, left] of news) {
      jest.advanceTimersByTime(sec(at - second()));
      warning.endsAt(Date.now() + sec(left));
    }
    if (stopAt < Infinity) {
      jest.advanceTimersByTime(sec(stopAt - second()));
      warning.stop();
    }
    jest.advanceTimersByTime(sec(10_000));
    return shown;
  }

  function briefly(words: string | null): string | null {
    return (
      words &&
      (/^The video ends in (.*)\. You can go on writing after that\.$/.exec(words)?.[1] ?? words)
    );
  }

  it.each<[what: string, news: readonly News[], shown: readonly Shown[]]>([
    ['none where nothing is known', [], []],
    ['a minute before', [[0, 600]], [[540, 'about a minute']]],
    ['at once where there is less in all', [[0, 40]], [[0, 'about 40 seconds']]],
    ['as near as five seconds', [[0, 43]], [[0, 'about 45 seconds']]],
    ['never a minute where there is less', [[0, 57]], [[0, 'about 55 seconds']]],
    ['of a few seconds', [[0, 7]], [[0, 'a few seconds']]],
    ['of none left', [[0, 0]], [[0, 'a few seconds']]],
    [
      'once, however often it is heard',
      [
        [0, 62],
        [3, 58],
        [6, 56],
        [9, 52],
      ],
      [[2, 'about a minute']],
    ],
    [
      'before the next news, where it ends before',
      [
        [0, 300],
        [230, 64],
      ],
      [[234, 'about a minute']],
    ],
    [
      'sooner than was known at the start',
      [
        [0, 600],
        [10, 100],
      ],
      [[50, 'about a minute']],
    ],
    [
      'later than was known',
      [
        [0, 100],
        [10, 290],
      ],
      [[240, 'about a minute']],
    ],
    [
      'anew where it is much sooner',
      [
        [0, 60],
        [10, 20],
      ],
      [
        [0, 'about a minute'],
        [10, 'about 20 seconds'],
      ],
    ],
    [
      'gone where it is much later, and again a minute before that',
      [
        [0, 60],
        [10, 500],
      ],
      [
        [0, 'about a minute'],
        [10, null],
        [450, 'about a minute'],
      ],
    ],
    [
      'standing where it is a little later',
      [
        [0, 30],
        [10, 70],
      ],
      [[0, 'about 30 seconds']],
    ],
  ])('are said %s', (_what, news, shown) => {
    expect(play(news)).toEqual(shown);
  });

  it('are none once it is stopped', () => {
    expect(play([[0, 100]], 30)).toEqual([]);
  });

  it('tell what is left when they are asked for, and nothing of the last video', () => {
    const warning = new EndWarning(() => undefined);
    warning.endsAt(Date.now() + sec(60));
    jest.advanceTimersByTime(sec(35));
    expect(briefly(warning.words())).toBe('about 25 seconds');
    warning.stop();
    expect(warning.words()).toBeNull();
    warning.endsAt(Date.now() + sec(60));
    expect(briefly(warning.words())).toBe('about a minute');
  });
});
