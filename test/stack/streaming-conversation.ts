import type { Turn } from './compare-turns.js';
import type { PlayedConversation } from './demo-conversation.js';
import type { StreamingSession } from './streaming-plugin.js';

/**
 * Plays a conversation with the legacy vendor in which every kind of source appears: a greeting
 * that is a task and is heard on the socket, typed words, and words over REST.
 */
export async function playStreaming(session: StreamingSession): Promise<PlayedConversation> {
  const turns: Turn[] = [];
  const typed: string[] = [];
  const exchange = (text: string, answer: string): void => {
    turns.push({ role: 'user', text }, { role: 'avatar', text: answer });
  };
  const type = async (text: string): Promise<void> => {
    typed.push(text);
    exchange(text, await session.type(text));
  };
  const talk = async (text: string): Promise<void> => exchange(text, await session.talk(text));

  turns.push({ role: 'avatar', text: await session.repeat(session.intro) });
  await type('Hello! What are your opening hours?');
  await talk('And how long does delivery take?');
  await session.keepAlive();
  await type('What does the ash chair cost?');
  const link = 'I have put the chair into your basket.';
  turns.push({ role: 'avatar', text: await session.repeat(link) });
  await talk('Can I return it if I do not like it?');
  await type('Thanks, goodbye 👋');
  return { turns, typed };
}
