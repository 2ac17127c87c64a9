import { shopAnswer } from '../vendor-simulator/persona.js';

export interface DeskOptions {
  readonly petyaUrl: string;
  /** Of the shop's own server; it never reaches a page. */
  readonly secretKey: string;
}

interface Message {
  readonly messageId: string;
  readonly isFromUser: boolean;
  readonly content: string;
}

interface ConversationPage {
  readonly messages: readonly Message[];
  readonly nextCursor: string | null;
}

/**
 * The shop's own people, who answer in writing what no avatar heard: a customer's back end reads
 * the conversation at Petya and posts its answer there. In this shop they know what the avatar knows.
 * @throws Error when Petya does not answer
 */
export async function answerInWriting(desk: DeskOptions, conversationId: string): Promise<void> {
  const asked = await lastMessage(desk, conversationId);
  if (asked?.isFromUser !== true) return;
  await call(desk, '/messages/userMessages/init', {
    conversationId,
    isFromUser: false,
    content: shopAnswer(asked.content),
    clientMessageId: `answer-${asked.messageId}`,
  });
}

async function lastMessage(desk: DeskOptions, id: string): Promise<Message | undefined> {
  const path = `/conversations/userConversation/${encodeURIComponent(id)}?limit=100`;
  let page = await call<ConversationPage>(desk, path);
  let last = page.messages.at(-1);
  while (page.nextCursor !== null) {
    page = await call(desk, `${path}&cursor=${encodeURIComponent(page.nextCursor)}`);
    last = page.messages.at(-1) ?? last;
  }
  return last;
}

async function call<T>(
  { petyaUrl, secretKey }: DeskOptions,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(`${petyaUrl}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${secretKey}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`Petya answered ${answer.status}.`);
  return (await answer.json()) as T;
}
