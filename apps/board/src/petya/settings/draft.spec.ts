import { describe, expect, it } from '@jest/globals';
import { LINES, MINUTES_OR_NONE, TEXT } from './codec.js';
import { Draft } from './draft.js';

function typed(draft: Draft, text: string): Draft {
  draft.type(text);
  return draft;
}

describe('a member that nobody here has touched', () => {
  it('follows what is stored, and is not sent', () => {
    const draft = new Draft(TEXT, 'Shop');
    expect(draft.meet('Other shop')).toBe(false);
    expect([draft.typed, draft.isChanged, draft.news]).toEqual(['Other shop', false, null]);
  });

  it('is untouched again when it was typed back', () => {
    const draft = typed(typed(new Draft(TEXT, 'Shop'), 'Shops'), 'Shop');
    expect(draft.isChanged).toBe(false);
  });

  it.each([
    ['90:00', false],
    ['90.0', false],
    ['91', true],
    ['', true],
    ['soon', true],
  ])('is one that says the same in other signs: %j', (text, isChanged) => {
    expect(typed(new Draft(MINUTES_OR_NONE, 5_400), text).isChanged).toBe(isChanged);
  });
});

describe('a member that is being changed here', () => {
  it('stays as it was typed when it becomes another one, which is told', () => {
    const draft = typed(new Draft(TEXT, 'Shop'), 'My shop');
    expect(draft.meet('Their shop')).toBe(true);
    expect([draft.typed, draft.isChanged, draft.news]).toEqual([
      'My shop',
      true,
      { theirs: 'Their shop' },
    ]);
    // Told once.
    expect(draft.meet('Their shop')).toBe(false);
    draft.undo();
    expect([draft.typed, draft.isChanged, draft.news]).toEqual(['Their shop', false, null]);
  });

  it('is no news when the other has made the same of it', () => {
    const draft = typed(new Draft(TEXT, 'Shop'), 'My shop');
    expect(draft.meet('My shop')).toBe(false);
    expect([draft.isChanged, draft.news]).toEqual([false, null]);
  });

  it('has both changes where it is a list', () => {
    const draft = typed(
      new Draft(LINES, ['https://a.example']),
      'https://a.example\nhttps://b.example',
    );
    expect(draft.meet(['https://a.example', 'https://c.example'])).toBe(true);
    expect(draft.read()).toEqual({
      value: ['https://a.example', 'https://c.example', 'https://b.example'],
    });
    expect(draft.news).toBe('merged');
  });

  it('is as it is stored when it was saved, but for what was typed meanwhile', () => {
    const draft = typed(new Draft(TEXT, 'Shop'), ' My shop');
    draft.saved('My shop', ' My shop');
    expect([draft.typed, draft.isChanged]).toEqual(['My shop', false]);
    typed(draft, 'My new shop');
    draft.saved('My shop', 'My shop');
    expect([draft.typed, draft.isChanged]).toEqual(['My new shop', true]);
  });
});
