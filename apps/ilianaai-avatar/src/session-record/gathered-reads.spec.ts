import { describe, expect, it } from '@jest/globals';
import { GatheredReads } from './gathered-reads.js';

/** A source whose reads end when the test says so. */
function slowSource() {
  const reads: { questions: string[]; end: (fault?: Error) => void }[] = [];
  const gathered = new GatheredReads<string, string>(
    (questions) =>
      new Promise((resolve, reject) => {
        const asked = [...questions];
        reads.push({
          questions: asked,
          end: (fault) => (fault ? reject(fault) : resolve(asked.map(answerTo))),
        });
      }),
  );
  return { reads, gathered };
}

function answerTo(question: string): string | null {
  return question === 'nothing' ? null : `${question}!`;
}

/** Lets everything run that waits for nothing outside. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('look-ups that come one by one', () => {
  it('are read at once while few are under way, and together once more are', async () => {
    const { reads, gathered } = slowSource();
    const answers = ['a', 'b', 'c', 'd', 'nothing', 'd'].map((question) => gathered.get(question));
    await settle();
    expect(reads.map(({ questions }) => questions)).toEqual([['a'], ['b'], ['c']]);
    reads[1]?.end();
    await settle();
    expect(reads[3]?.questions).toEqual(['d', 'nothing', 'd']);
    for (const read of reads) read.end();
    expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'c!', 'd!', null, 'd!']);
  });

  it('are never answered from a read that began before they were asked', async () => {
    const { reads, gathered } = slowSource();
    const first = gathered.get('a');
    await settle();
    const second = gathered.get('a');
    await settle();
    expect(reads).toHaveLength(2);
    for (const read of reads) read.end();
    expect(await Promise.all([first, second])).toEqual(['a!', 'a!']);
  });

  it('share the fault of their read, and the next ones go on', async () => {
    const { reads, gathered } = slowSource();
    const answers = ['a', 'b', 'c', 'd', 'e'].map((question) => gathered.get(question));
    await settle();
    reads[0]?.end(new Error('the database is away'));
    await expect(answers[0]).rejects.toThrow('the database is away');
    await settle();
    reads[3]?.end(new Error('still away'));
    await expect(answers[3]).rejects.toThrow('still away');
    await expect(answers[4]).rejects.toThrow('still away');
    for (const read of reads) read.end();
    expect(await answers[1]).toBe('b!');
    const later = gathered.get('f');
    await settle();
    reads[4]?.end();
    expect(await later).toBe('f!');
  });

  it('never make a read of more than a hundred', async () => {
    const { reads, gathered } = slowSource();
    const answers = Array.from({ length: 203 }, (_unused, index) => gathered.get(`${index}`));
    await settle();
    for (let index = 0; index < 5; index += 1) {
      reads[index]?.end();
      await settle();
    }
    expect(reads.map(({ questions }) => questions.length)).toEqual([1, 1, 1, 100, 100]);
    expect((await Promise.all(answers)).at(-1)).toBe('202!');
  });
});
