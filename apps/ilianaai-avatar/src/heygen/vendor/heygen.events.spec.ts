import { describe, expect, it } from '@jest/globals';
import { readSpeechEvent } from './heygen.events.js';

const read = (event: unknown) => readSpeechEvent(Buffer.from(JSON.stringify(event)));

const KINDS = ['type', 'event_type'] as const;
const WORDS = ['message', 'text'] as const;
const IDS = [
  ['t', 't'],
  [7, '7'],
  [undefined, null],
  [null, null],
  ['', null],
  [{}, null],
] as const;

describe('readSpeechEvent', () => {
  it.each(
    KINDS.flatMap((kind) =>
      WORDS.flatMap((words) => IDS.map((id) => [kind, words, ...id] as const)),
    ),
  )('reads words by %s in %s, with the task id %p', (kind, words, task_id, taskId) => {
    const event = { [kind]: 'avatar_talking_message', task_id, [words]: 'Hi' };
    expect(read(event)).toEqual({ role: 'avatar', kind: 'words', taskId, text: 'Hi' });
  });

  it.each([
    ['both say the same', { message: 'Hi', text: 'Hi' }, 'Hi'],
    ['one is empty', { message: '', text: 'Hi' }, 'Hi'],
    ['one is no text', { message: null, text: 'Hi' }, 'Hi'],
    ['the other is no text', { message: 'Hi', text: { a: 1 } }, 'Hi'],
    ['they differ', { message: 'Hi', text: 'Ho' }, 'Hi'],
    ['both are empty', { message: '', text: '' }, ''],
    ['there is none', {}, null],
  ])('has the words of one where %s', (_what, words, text) => {
    expect(read({ type: 'avatar_end_message', task_id: 't', ...words })).toMatchObject({ text });
  });

  it.each([
    ['type', { type: 'user_end_message', event_type: 'message' }],
    ['event_type', { type: 'message', event_type: 'user_end_message' }],
  ])('takes the kind from %s where the other has none of these', (_member, event) => {
    expect(read(event)).toMatchObject({ role: 'user', kind: 'end' });
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
    [{ type: ['avatar_talking_message'], task_id: 't' }],
    [{ type: '__proto___message', task_id: 't' }],
    [{ type: 'toString', task_id: 't', message: '_message' }],
    [['avatar_talking_message']],
    [null],
  ])('makes nothing of %p', (event) => {
    expect(read(event)).toBeNull();
  });

  it('reads past a byte order mark and bytes that are no text', () => {
    const event = '{"type":"user_talking_message","task_id":"t","message":"Caf*"}';
    const [before = '', after = ''] = event.split('*');
    const bytes = Buffer.concat([
      Buffer.from('\ufeff'),
      Buffer.from(before),
      Buffer.from([0xe9]),
      Buffer.from(after),
    ]);
    expect(readSpeechEvent(bytes)).toMatchObject({ kind: 'words', text: 'Caf\ufffd' });
  });

  it('makes nothing of bytes that are no JSON', () => {
    expect(readSpeechEvent(Buffer.from('{"type":"avatar_talking_message"'))).toBeNull();
  });
});
