import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn } from './compare-turns.js';
import { callApi } from './json-api.js';
import type { PluginSession } from './plugin.js';

export interface PlayedConversation {
  /** What was said, in order. */
  readonly turns: readonly Turn[];
  /** What the visitor typed: Petya keeps it as messages, too. */
  readonly typed: readonly string[];
}

/**
 * Plays a conversation in which every kind of source appears: turns that only the page saw, turns
 * that only the vendor heard, turns that both did, and one that the page sends twice.
 */
export async function playConversation(
  session: PluginSession,
  simulatorUrl: string,
): Promise<PlayedConversation> {
  const turns: Turn[] = [];
  const typed: string[] = [];
  /** Words in the room; the persona's answer, if any, is told by the simulator. */
  const speak = async (turn: Turn): Promise<void> => {
    const url = `${simulatorUrl}/_control/sessions/${session.sessionId}/say`;
    const { lines } = await callApi<{ lines: Turn[] }>(url, { body: turn });
    turns.push(...lines.map(({ role, text }) => ({ role, text })));
  };
  const typeAndSpeak = async (text: string): Promise<void> => {
    typed.push(text);
    await session.type(text);
    await speak({ role: 'user', text });
  };

  await session.post({ role: 'avatar', text: session.intro });
  await speak({ role: 'avatar', text: session.intro });
  await typeAndSpeak('Hello! What are your opening hours?');
  await speak({ role: 'user', text: 'And how long does delivery take?' });
  await session.keepAlive();
  await typeAndSpeak('What does the ash chair cost?');

  const link: Turn = { role: 'avatar', text: 'I have put the chair into your basket.' };
  const messageId = randomUUID();
  await session.post(link, messageId);
  await session.post(link, messageId);
  turns.push(link);
  await untilNextSecond();

  const heard: Turn = { role: 'user', text: 'Can I return it if I do not like it?' };
  await speak(heard);
  await session.post(heard);
  await typeAndSpeak('Thanks, goodbye 👋');
  return { turns, typed };
}

/**
 * The vendor's times are whole seconds, rounded down. Only a turn that the vendor did not hear is
 * placed by its own time, so what follows it must be said in a later second.
 */
async function untilNextSecond(): Promise<void> {
  await sleep(1000 - (Date.now() % 1000) + 5);
}
