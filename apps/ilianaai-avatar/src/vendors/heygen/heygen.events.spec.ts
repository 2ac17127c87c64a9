import { describe, expect, it } from '@jest/globals';
import { readSpeechEvent } from './heygen.events.js';

const read = (event: unknown) => readSpeechEvent(Buffer.from(JSON.stringify(event)));

describe('readSpeechEvent', () => {
  it.each(['type', 'event_type'])('reads words by %s', (member) => {
    const event = { [member]: 'avatar_talking_message', task_id: 't', message: 'Hi' };
    expect(read(event)).toEqual({ role: 'avatar', kind: 'words', taskId: 't', text: 'Hi' });
  });

  it('reads an end with and without words, of the visitor as well', () => {
    const end = { role: 'user', kind: 'end', taskId: 't' };
    expect(read({ type: 'user_end_message', task_id: 't' })).toEqual({ ...end, text: null });
    expect(read({ type: 'user_end_message', task_id: 't', message: 'x' })).toEqual({
      ...end,
      text: 'x',
    });
  });

  it.each([
    [{ type: 'avatar_stop_talking', task_id: 't' }],
    [{ type: 'avatar_talking_message' }],
    [{ type: 'avatar_talking_message', task_id: 7 }],
    [{ type: ['avatar_talking_message'], task_id: 't' }],
    [{ type: '__proto___message', task_id: 't' }],
    [{ type: 'toString', task_id: 't', message: '_message' }],
    [['avatar_talking_message']],
    [null],
  ])('makes nothing of %p', (event) => {
    expect(read(event)).toBeNull();
  });

  it('makes nothing of bytes that are no JSON', () => {
    expect(readSpeechEvent(Buffer.from('{"type":"avatar_talking_message"'))).toBeNull();
  });
});
