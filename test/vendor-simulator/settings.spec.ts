import { describe, expect, it } from '@jest/globals';
import { defaultSettings, patchSettings } from './settings.js';

describe('patchSettings', () => {
  it('takes every setting at its default value', () => {
    const settings = defaultSettings();
    patchSettings(settings, defaultSettings());
    expect(settings).toEqual(defaultSettings());
  });

  it.each([
    [{ greeting: 7 }],
    [{ greeting: 'Hi', unheardOf: true }],
    [{ persona: 'loud' }],
    [{ personaScript: ['a', 1] }],
    [{ idleSeconds: '300' }],
    [{ idleSeconds: -1 }],
    [{ visitorJoins: 'no' }],
    [{ livekitUrl: null }],
    [['persona']],
    [null],
  ])('refuses %j and changes nothing', (patch) => {
    const settings = defaultSettings();
    expect(() => patchSettings(settings, patch)).toThrow(TypeError);
    expect(settings).toEqual(defaultSettings());
  });
});
