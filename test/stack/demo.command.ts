import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { compareTurns } from './compare-turns.js';
import { type PlayedConversation, playConversation } from './demo-conversation.js';
import { openAsPlugin, type PluginSession } from './plugin.js';
import { cachePath } from './project-root.js';
import { PlainFailure, say, sayFailure } from './say.js';
import { type Stack, startStack } from './stack.js';
import { type StoredConversation, waitForStored } from './stored-conversation.js';
import { playStreaming } from './streaming-conversation.js';
import { openAsStreamingPlugin } from './streaming-plugin.js';
import { untilSignalled } from './until-signalled.js';

const { values: options } = parseArgs({
  options: { 'kill-petya': { type: 'boolean' }, vendor: { type: 'string', default: 'liveavatar' } },
});
const isStreaming = options.vendor === 'heygen';
type EndingSession = Pick<PluginSession, 'sessionId' | 'conversationId' | 'stop' | 'view'>;

const began = Date.now();
let stack: Stack | undefined;

void untilSignalled().then(async () => {
  await stack?.stop();
  process.exit(130);
});

try {
  if (!['liveavatar', 'heygen'].includes(options.vendor)) {
    throw new PlainFailure('--vendor must be liveavatar or heygen.');
  }
  const logFolder = cachePath('logs', 'demo');
  stack = await startStack({ logFolder, onProgress: say });
  say(`Database: ${stack.database.description}`);
  say(`The stack is healthy after ${secondsSince(began)} s.`);
  const problems = await play(stack);
  for (const problem of problems) say(`✗ ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  sayFailure(error);
  process.exitCode = 1;
}
await stack?.stop();
say(`${process.exitCode === 0 ? 'Done' : 'Failed'} after ${secondsSince(began)} s.`);
process.exit();

async function play(running: Stack): Promise<string[]> {
  const { session, played } = await (isStreaming ? playHeyGen : playLiveAvatar)(running);
  say(`${played.turns.length} turns have been said.`);
  const { stored, deliverySeconds } = await end(running, session);
  show(stored, deliverySeconds);
  return [...findProblems(played, stored), ...describeWrongEnd(stored)];
}

async function playLiveAvatar(running: Stack) {
  const session = await openAsPlugin(running);
  say(`Session ${session.sessionId} has started.`);
  return { session, played: await playConversation(session, running.urls.simulator) };
}

async function playHeyGen(running: Stack) {
  const session = await openAsStreamingPlugin(running);
  say(`Session ${session.sessionId} has started, its socket is open.`);
  return { session, played: await playStreaming(session) };
}

async function end(
  running: Stack,
  session: EndingSession,
): Promise<{ stored: StoredConversation; deliverySeconds: string }> {
  const petya = running.processes.get('petya-avatar-api');
  if (options['kill-petya'] === true) {
    await petya.kill();
    say('Petya has been killed.');
  }
  await session.stop();
  const ended = Date.now();
  say('The session has been stopped.');
  if (options['kill-petya'] === true) {
    await untilFinal(session);
    say('The transcript is final and waits for Petya.');
    await petya.start();
    say(`Petya is up again, ${secondsSince(ended)} s after the stop.`);
  }
  const stored = await waitForStored(running, session, 60_000);
  return { stored, deliverySeconds: secondsSince(ended) };
}

/** Petya stays away until the first delivery has been due. */
async function untilFinal(session: EndingSession): Promise<void> {
  const deadline = Date.now() + 30_000;
  while ((await session.view()).state !== 'final') {
    if (Date.now() > deadline) throw new Error('The transcript is not final 30 s after the stop.');
    await sleep(100);
  }
}

function show(stored: StoredConversation, deliverySeconds: string): void {
  say('\nRead back from Petya:');
  for (const { timestamp, role, transcript } of stored.turns) {
    const time = timestamp?.slice(11, 23) ?? '--:--:--.---';
    say(`  ${time}  ${role === 'user' ? 'visitor' : 'avatar '}  ${transcript}`);
  }
  const { endReason, durationSeconds } = stored.session ?? {};
  say(
    `\nEnd reason: ${endReason ?? 'none'}. Conversation: ${stored.status}. ` +
      `Session: ${durationSeconds ?? '?'} s. Delivered ${deliverySeconds} s after the stop.`,
  );
}

function findProblems(played: PlayedConversation, stored: StoredConversation): string[] {
  const turns = stored.turns.map(({ role, transcript }) => ({ role, text: transcript }));
  const typed = (text: string): { role: 'user'; text: string } => ({ role: 'user', text });
  const problems = [
    ...compareTurns(played.turns, turns).map((problem) => `Transcript: ${problem}`),
    ...compareTurns(played.typed.map(typed), stored.messages.map(typed)).map(
      (problem) => `Messages: ${problem}`,
    ),
  ];
  if (problems.length === 0) {
    say(`${turns.length} of ${played.turns.length} turns, each once and in order.`);
  }
  return problems;
}

function describeWrongEnd({ session, status }: StoredConversation): string[] {
  return [
    ...(session?.endReason === 'visitor_ended' ? [] : ['The end reason is not visitor_ended.']),
    ...(status === 'completed' ? [] : [`The conversation is ${status}, not completed.`]),
  ];
}

function secondsSince(time: number): string {
  return ((Date.now() - time) / 1000).toFixed(1);
}
