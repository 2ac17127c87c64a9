import { describe, expect, it } from '@jest/globals';
import type { Transcript } from '../turns/transcript.service.js';
import { ReadyTranscripts } from './ready-transcripts.js';

function aTranscript(text: string): Transcript {
  return {
    turns: [{ key: 'k', role: 'user', text, atMs: 1, sources: ['client'] }],
    truncated: false,
  };
}

describe('transcripts that were just put together', () => {
  it('are given out once', () => {
    const ready = new ReadyTranscripts();
    const words = aTranscript('Hello');
    ready.put('one', words);
    expect([ready.take('one'), ready.take('one'), ready.take('two')]).toEqual([words, null, null]);
  });

  it('are forgotten, the oldest first, when there are many', () => {
    const ready = new ReadyTranscripts();
    for (let index = 0; index <= 32; index += 1) ready.put(`s${index}`, aTranscript('Hello'));
    expect([ready.take('s0'), ready.take('s1')?.turns.length]).toEqual([null, 1]);
  });

  it('are not kept when they are long, nor is an older one in their place', () => {
    const ready = new ReadyTranscripts();
    ready.put('one', aTranscript('Hello'));
    ready.put('one', aTranscript('x'.repeat(256 * 1024 + 1)));
    expect(ready.take('one')).toBeNull();
  });
});
