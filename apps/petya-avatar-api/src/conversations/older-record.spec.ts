import { describe, expect, it } from '@jest/globals';
import { recordId } from '../persistence/record-id.js';
import { turnsOfOlderRecord } from './older-record.js';

const made = new Date('2023-11-14T22:00:00.000Z');
const _id = recordId((made.getTime() / 1000).toString(16).padEnd(24, '0'));

describe('turns of a conversation from before', () => {
  it('keep their order; a turn without a time takes the one before it', () => {
    const turns = turnsOfOlderRecord({
      _id,
      sessionId: 'old',
      transcript: [
        { role: 'avatar', transcript: 'first' },
        { role: 'user', transcript: 'second', timestamp: 1_700_000_000 },
        { role: 'user', transcript: 'third' },
        { role: 'avatar', transcript: 'fourth', timestamp: new Date('2024-01-01T00:00:00.000Z') },
      ],
    });
    expect(turns.map(({ id, timestamp }) => [id, timestamp.toISOString()])).toEqual([
      ['old:00000', '2023-11-14T22:00:00.000Z'],
      ['old:00001', '2023-11-14T22:13:20.000Z'],
      ['old:00002', '2023-11-14T22:13:20.000Z'],
      ['old:00003', '2024-01-01T00:00:00.000Z'],
    ]);
  });

  it('are none where there is no list, and leave out what is no turn', () => {
    for (const transcript of [undefined, null, 'text', 5]) {
      expect(turnsOfOlderRecord({ _id, transcript })).toEqual([]);
    }
    const turns = turnsOfOlderRecord({ _id, transcript: [null, 'x', { role: 'assistant' }] });
    expect(turns).toMatchObject([{ role: 'avatar', transcript: '', sessionId: null }]);
  });

  it('have an unknown time where nothing says one', () => {
    const [turn] = turnsOfOlderRecord({ _id: 'plain', transcript: [{ transcript: 'x' }] });
    expect(turn?.timestamp.getTime()).toBe(0);
  });
});
