import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultSettings } from '../settings.js';
import { Transcript } from './transcript.js';

const LATER_MS = 10_000_000;
const over = { startedAtMs: 0, endedAtMs: LATER_MS };

function transcriptOf(timesMs: number[]): Transcript {
  const transcript = new Transcript();
  timesMs.forEach((atMs, index) => {
    transcript.add({ atMs, visibleAtMs: atMs, role: 'user', text: `line ${index}` });
  });
  return transcript;
}

/** Texts of all pages, following the cursor as a caller does. */
function readAll(transcript: Transcript, settings: ReturnType<typeof defaultSettings>): string[] {
  const texts: string[] = [];
  let start: number | null = null;
  for (let pages = 0; pages < 500; pages++) {
    const page = transcript.page({ start, end: null }, over, LATER_MS, settings);
    texts.push(...page.transcript_data.map((line) => (line as { transcript: string }).transcript));
    if (page.next_timestamp === null) break;
    start = page.next_timestamp;
  }
  return texts;
}

describe('Transcript', () => {
  it('keeps lines in the order of their time, and of their arrival within an instant', () => {
    const transcript = transcriptOf([5_000, 1_000, 5_000, 3_000]);
    const texts = transcript.all().map(({ text }) => text);
    expect(texts).toEqual(['line 1', 'line 3', 'line 0', 'line 2']);
  });

  it('gives every line once over the pages, whatever the times and the page size', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 9 }), (timesMs, transcriptPageSize) => {
        const transcript = transcriptOf(timesMs);
        const settings = { ...defaultSettings(), transcriptPageSize };
        const spoken = transcript.all().map(({ text }) => text);
        expect(readAll(transcript, settings)).toEqual(spoken);
      }),
    );
  });

  it('repeats lines of the second in which a page ended, when set to split seconds', () => {
    const transcript = transcriptOf([1_000, 2_100, 2_200, 3_000]);
    const settings = { ...defaultSettings(), transcriptPageSize: 2, transcriptSplitsSeconds: true };
    const texts = readAll(transcript, settings);
    expect(texts).toEqual(['line 0', 'line 1', 'line 1', 'line 2', 'line 3']);
  });

  it('hands a live caller the last instant again as cursor', () => {
    const transcript = transcriptOf([1_000, 2_900]);
    const live = { startedAtMs: 0, endedAtMs: null };
    const query = { start: null, end: null };
    const page = transcript.page(query, live, LATER_MS, defaultSettings());
    expect(page).toMatchObject({ session_active: true, next_timestamp: 2 });
  });
});
