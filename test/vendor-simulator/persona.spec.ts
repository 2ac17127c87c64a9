import { describe, expect, it } from '@jest/globals';
import { personaAnswer } from './persona.js';
import { defaultSettings } from './settings.js';

describe('personaAnswer', () => {
  it('answers a shop question the same way each time and quotes it', () => {
    const settings = defaultSettings();
    const answer = personaAnswer(settings, 'When do you open?', 0);
    expect(answer).toBe(personaAnswer(settings, 'When do you open?', 5));
    expect(answer).toContain('"When do you open?"');
    expect(answer).toContain('nine to six');
  });

  it('answers different lines differently, also lines it does not understand', () => {
    const settings = defaultSettings();
    const answers = ['Blue?', 'Green?', 'Is it cheap?'].map((text) =>
      personaAnswer(settings, text, 0),
    );
    expect(new Set(answers).size).toBe(3);
  });

  it('follows its script and is silent afterwards, or from the start', () => {
    const scripted = {
      ...defaultSettings(),
      persona: 'scripted' as const,
      personaScript: ['One.'],
    };
    expect([0, 1].map((given) => personaAnswer(scripted, 'Hello', given))).toEqual(['One.', null]);
    expect(personaAnswer({ ...defaultSettings(), persona: 'silent' }, 'Hello', 0)).toBeNull();
  });
});
