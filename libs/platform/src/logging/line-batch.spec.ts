import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { LineBatch } from './line-batch.js';

function batchWithWrites(): { batch: LineBatch; writes: string[] } {
  const writes: string[] = [];
  return { batch: new LineBatch((text) => writes.push(text)), writes };
}

describe('lines of one turn of the event loop', () => {
  it('are written at once, in their order', async () => {
    const { batch, writes } = batchWithWrites();
    for (const line of ['one\n', 'two\n', 'three\n']) batch.put(line);
    expect(writes).toEqual([]);
    await nextTurn();
    expect(writes).toEqual(['one\ntwo\nthree\n']);
    batch.put('four\n');
    await nextTurn();
    expect(writes).toEqual(['one\ntwo\nthree\n', 'four\n']);
  });

  it('are written earlier where somebody asks for it, and once', async () => {
    const { batch, writes } = batchWithWrites();
    batch.put('one\n');
    batch.flush();
    expect(writes).toEqual(['one\n']);
    await nextTurn();
    batch.flush();
    expect(writes).toEqual(['one\n']);
  });

  it('do not pile up', () => {
    const { batch, writes } = batchWithWrites();
    const line = `${'x'.repeat(999)}\n`;
    for (let lines = 0; lines < 1_000; lines += 1) batch.put(line);
    batch.flush();
    expect(Math.max(...writes.map(({ length }) => length))).toBeLessThan(70_000);
    expect(writes.join('')).toBe(line.repeat(1_000));
  });
});

describe('the lines for standard output', () => {
  it.each([
    ['that ends itself', 'process.exit(3)', 3],
    ['that fails', "setTimeout(() => { throw new Error('over'); })", 1],
    ['that has nothing left to do', '', 0],
  ])('are all there after a process %s', (_how, ending, status) => {
    const own = readFileSync(join(import.meta.dirname, 'line-batch.ts'), 'utf8');
    const program = ts.transpileModule(own, { compilerOptions: { module: ts.ModuleKind.ESNext } });
    const lines = "outputLines.put('first words\\n'); outputLines.put('last words\\n');";
    const source = `${program.outputText}\n${lines} ${ending}`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', source]);
    expect([ended.stdout.toString(), ended.status]).toEqual(['first words\nlast words\n', status]);
  });
});
