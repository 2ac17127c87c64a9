import { type AvatarSession, openSession } from './avatar.js';
import type { PetyaClient, StoredTurn } from './petya.js';

const heartbeatSeconds = 15;
const visitorKey = 'chat-plugin.visitor';

/** What Petya keeps of one session. */
export interface StoredTranscript {
  readonly endReason: string | null;
  readonly turns: readonly StoredTurn[];
}

/** One conversation of a visitor: Petya's record and the avatar's session in it. */
export interface Conversation {
  readonly id: string;
  readonly session: AvatarSession;
  /** What the visitor types: kept by Petya, by the gateway and heard in the room. */
  say(text: string): Promise<void>;
  /** Ends the session; answers once Petya holds the transcript. */
  end(): Promise<{ stored: StoredTranscript; waitedMs: number }>;
  close(): void;
}

export async function openConversation(
  petya: PetyaClient,
  avatarUrl: string,
  apiKey: string,
): Promise<Conversation> {
  const { visitorId } = await petya.startVisitor(localStorage.getItem(visitorKey));
  localStorage.setItem(visitorKey, visitorId);
  const { conversationId } = await petya.startConversation(visitorId);
  const ids = { conversation_id: conversationId, visitor_id: visitorId };
  const session = await openSession(avatarUrl, apiKey, ids);
  await greet(session);
  const heartbeat = setInterval(() => {
    // A missed heartbeat is what the grace period is for; the transcript poll tells of an end.
    session.keepAlive(heartbeatSeconds).catch(() => undefined);
  }, heartbeatSeconds * 800);
  const close = (): void => clearInterval(heartbeat);
  return {
    id: conversationId,
    session,
    close,
    say: async (text) => {
      await petya.postMessage(conversationId, text);
      await session.post('user', text);
      await speakInRoom(session.id, 'user', text);
    },
    end: async () => {
      close();
      await session.stop();
      const began = Date.now();
      await untilDelivered(session);
      const waitedMs = Date.now() - began;
      return { stored: await readStored(petya, conversationId, session.id), waitedMs };
    },
  };
}

/** The avatar speaks what it is told to; the page reports it, as it does with every line. */
async function greet({ id, started, post }: AvatarSession): Promise<void> {
  await post('avatar', started.intro);
  await speakInRoom(id, 'avatar', started.intro);
}

/** There is no room with sound yet, so the page's own server passes the words on. */
async function speakInRoom(
  sessionId: string,
  role: 'user' | 'avatar',
  text: string,
): Promise<void> {
  const answer = await fetch(`say/${encodeURIComponent(sessionId)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ role, text }),
  });
  if (!answer.ok) throw new Error('The avatar did not hear that.');
}

async function untilDelivered(session: AvatarSession): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await session.view()).delivery !== 'delivered') {
    if (Date.now() > deadline) throw new Error('The shop has not confirmed the transcript yet.');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function readStored(
  petya: PetyaClient,
  conversationId: string,
  sessionId: string,
): Promise<StoredTranscript> {
  const turns: StoredTurn[] = [];
  let page = await petya.conversation(conversationId, null);
  const own = page.sessions.find((session) => session.sessionId === sessionId);
  for (;;) {
    turns.push(...page.transcript.filter((turn) => turn.sessionId === sessionId));
    if (page.nextCursor === null) return { endReason: own?.endReason ?? null, turns };
    page = await petya.conversation(conversationId, page.nextCursor);
  }
}
