import { describe, expect, it } from '@jest/globals';
import { until } from '../../../../test/support/until.js';
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
  it('are read at once while nothing is under way, and together otherwise', async () => {
    const { reads, gathered } = slowSource();
    const answers = ['a', 'b', 'nothing', 'b'].map((question) => gathered.get(question));
    await settle();
    expect(reads.map(({ questions }) => questions)).toEqual([['a']]);
    reads[0]?.end();
    await settle();
    expect(reads[1]?.questions).toEqual(['b', 'nothing', 'b']);
    reads[1]?.end();
    expect(await Promise.all(answers)).toEqual(['a!', 'b!', null, 'b!']);
  });

  it('are never answered from a read that began before they were asked', async () => {
    const { reads, gathered } = slowSource();
    const first = gathered.get('a');
    await settle();
    const second = gathered.get('a');
    reads[0]?.end();
    await settle();
    expect(reads).toHaveLength(2);
    reads[1]?.end();
    expect(await Promise.all([first, second])).toEqual(['a!', 'a!']);
  });

  it('do not wait for a read that hangs', async () => {
    const { reads, gathered } = slowSource();
    const hanging = gathered.get('a');
    const other = gathered.get('b');
    await until('a second read', async () => reads.length === 2);
    reads[1]?.end();
    expect(await other).toBe('b!');
    const third = gathered.get('c');
    await settle();
    reads[2]?.end();
    expect(await third).toBe('c!');
    reads[0]?.end();
    expect(await hanging).toBe('a!');
  });

  it('never make more than four reads at a time', async () => {
    const { reads, gathered } = slowSource();
    const answers: Promise<string | null>[] = [];
    for (let count = 1; count <= 4; count += 1) {
      answers.push(gathered.get(`${count}`));
      await until(`read ${count}`, async () => reads.length === count);
    }
    answers.push(gathered.get('5'));
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(reads).toHaveLength(4);
    reads[2]?.end();
    await until('a fifth read', async () => reads.length === 5);
    for (const read of reads) read.end();
    expect(await Promise.all(answers)).toEqual(['1!', '2!', '3!', '4!', '5!']);
  });

  it('share the fault of their read, and the next ones go on', async () => {
    const { reads, gathered } = slowSource();
    const answers = ['a', 'b', 'c'].map((question) => gathered.get(question));
    await settle();
    reads[0]?.end(new Error('the database is away'));
    await expect(answers[0]).rejects.toThrow('the database is away');
    await settle();
    reads[1]?.end(new Error('still away'));
    await expect(answers[1]).rejects.toThrow('still away');
    await expect(answers[2]).rejects.toThrow('still away');
    const later = gathered.get('d');
    await settle();
    reads[2]?.end();
    expect(await later).toBe('d!');
  });

  it('never make a read of more than a hundred', async () => {
    const { reads, gathered } = slowSource();
    const answers = Array.from({ length: 202 }, (_unused, index) => gathered.get(`${index}`));
    await settle();
    for (let index = 0; index < 4; index += 1) {
      reads[index]?.end();
      await settle();
    }
    expect(reads.map(({ questions }) => questions.length)).toEqual([1, 100, 100, 1]);
    expect((await Promise.all(answers)).at(-1)).toBe('201!');
  });
});
