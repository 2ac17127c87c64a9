import { describe, expect, it } from '@jest/globals';
import { changeOf, type Json, placeIn, pointerOf, valueAt } from './change.js';

const account: Json = {
  name: 'Shop',
  avatar: {
    intro: 'Hello',
    voiceSettings: { provider: 'elevenLabs', speed: 1, style: 0.5 },
    sttConfig: null,
  },
  limits: { maxSecondsPerDay: 60, timeZone: 'UTC' },
};

describe('a change', () => {
  it.each<[string, [string, unknown][], Json]>([
    ['of nothing', [], {}],
    ['of a name', [['/name', 'Other']], { name: 'Other' }],
    [
      'of members beside others, which are not sent',
      [
        ['/avatar/intro', null],
        ['/limits/maxSecondsPerDay', 0],
      ],
      { avatar: { intro: null }, limits: { maxSecondsPerDay: 0 } },
    ],
    [
      'of a member of what is replaced as a whole, which sends the rest along',
      [['/avatar/voiceSettings/speed', 1.1]],
      { avatar: { voiceSettings: { provider: 'elevenLabs', speed: 1.1, style: 0.5 } } },
    ],
    [
      'that takes one of them away',
      [['/avatar/voiceSettings/style', null]],
      { avatar: { voiceSettings: { provider: 'elevenLabs', speed: 1 } } },
    ],
    [
      'that takes all of them away',
      [
        ['/avatar/voiceSettings/provider', null],
        ['/avatar/voiceSettings/speed', null],
        ['/avatar/voiceSettings/style', null],
      ],
      { avatar: { voiceSettings: null } },
    ],
    [
      'of what was not there',
      [['/avatar/sttConfig/provider', 'gladia']],
      { avatar: { sttConfig: { provider: 'gladia' } } },
    ],
  ])('%s', (_what, changes, body) => {
    expect(changeOf(account, new Map(changes))).toEqual(body);
  });

  it('reads members, and nothing of what every object has', () => {
    expect(valueAt(account, '/avatar/voiceSettings/speed')).toBe(1);
    expect(valueAt(account, '/avatar/sttConfig/provider')).toBeUndefined();
    expect(valueAt(account, '/constructor/name')).toBeUndefined();
    expect(valueAt(account, '/toString')).toBeUndefined();
  });
});

describe('a refusal', () => {
  const pointers = ['/name', '/allowedOrigins', '/limits/maxSecondsPerDay'];

  it.each([
    ['/name', '/name', null],
    ['/allowedOrigins/12', '/allowedOrigins', 12],
    ['/allowedOrigins', '/allowedOrigins', null],
    ['/limits/maxSecondsPerDay', '/limits/maxSecondsPerDay', null],
  ])('at %s is for the field of %s, entry %s', (refused, pointer, place) => {
    expect(pointerOf(pointers, refused)).toBe(pointer);
    expect(placeIn(pointer, refused)).toBe(place);
  });

  it.each(['', '/limits', '/nameless', '/other'])('at %j is for none', (refused) => {
    expect(pointerOf(pointers, refused)).toBeUndefined();
  });
});
