import { afterEach, describe, expect, it } from '@jest/globals';
import { type Command, runCommand } from './command.js';

let command: Command | undefined;

afterEach(async () => {
  command?.child.kill('SIGTERM');
  await command?.ended;
});

describe('npm run demo', () => {
  it('finds every turn in Petya once and in order, with the reason of the end', async () => {
    command = runCommand('demo');
    const exit = await command.ended;
    expect(command.output()).toMatch(/\b12 of 12 turns, each once and in order\./);
    expect(command.output()).toMatch(/End reason: visitor_ended\. Conversation: completed\./);
    expect(exit).toEqual({ code: 0, signal: null });
  }, 120_000);

  it('finds every turn of a session of the legacy vendor', async () => {
    command = runCommand('demo', { args: ['--vendor', 'heygen'] });
    const exit = await command.ended;
    expect(command.output()).toMatch(/\b12 of 12 turns, each once and in order\./);
    expect(command.output()).toMatch(/End reason: visitor_ended\. Conversation: completed\./);
    expect(exit).toEqual({ code: 0, signal: null });
  }, 120_000);

  it('finds the same although Petya is killed before the stop and started after it', async () => {
    command = runCommand('demo', { args: ['--kill-petya'] });
    const exit = await command.ended;
    expect(command.output()).toMatch(
      /Petya has been killed\.[^]*stopped\.[^]*waits for Petya\.[^]*Petya is up again/,
    );
    expect(command.output()).toMatch(/\b12 of 12 turns, each once and in order\./);
    expect(exit).toEqual({ code: 0, signal: null });
  }, 120_000);
});
