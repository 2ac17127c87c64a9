/** What Petya keeps of one conversation. */
export interface StoredConversation {
  readonly status: string;
  /** Of each video session in it. */
  readonly endReasons: readonly string[];
  readonly messages: number;
  readonly turns: readonly { readonly role: 'user' | 'avatar'; readonly text: string }[];
  readonly waitedMs: number;
}

interface Page {
  readonly status: string;
  readonly sessions: readonly { readonly status: string; readonly endReason: string | null }[];
  readonly messages: readonly unknown[];
  readonly transcript: readonly { readonly role: 'user' | 'avatar'; readonly transcript: string }[];
  readonly nextCursor: string | null;
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 300;

/**
 * Reads a conversation once every session in it has been delivered.
 * @throws Error when that takes more than a minute
 */
export async function readStored(
  petyaUrl: string,
  apiKey: string,
  conversationId: string,
): Promise<StoredConversation> {
  const read = (cursor: string | null): Promise<Page> =>
    readPage(petyaUrl, apiKey, conversationId, cursor);
  const began = performance.now();
  let page = await read(null);
  while (page.sessions.some(({ status }) => status === 'active')) {
    if (performance.now() - began > PATIENCE_MS) throw new Error('The transcript is late.');
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    page = await read(null);
  }
  const waitedMs = performance.now() - began;
  const { status } = page;
  const endReasons = page.sessions.map(({ endReason }) => endReason ?? 'not known');
  const turns: StoredConversation['turns'][number][] = [];
  let messages = 0;
  for (;;) {
    turns.push(...page.transcript.map(({ role, transcript }) => ({ role, text: transcript })));
    messages += page.messages.length;
    if (page.nextCursor === null) return { status, endReasons, messages, turns, waitedMs };
    page = await read(page.nextCursor);
  }
}

async function readPage(
  petyaUrl: string,
  apiKey: string,
  conversationId: string,
  cursor: string | null,
): Promise<Page> {
  const query = new URLSearchParams({ limit: '100', ...(cursor === null ? {} : { cursor }) });
  const path = `/api/v1/conversations/userConversation/${encodeURIComponent(conversationId)}`;
  const answer = await fetch(`${petyaUrl}${path}?${query.toString()}`, {
    headers: { Authorization: `Bearer ${apiKey}`, 'X-Visitor-Token': visitorToken(apiKey) },
  });
  if (!answer.ok) throw new Error('Petya does not answer.');
  return (await answer.json()) as Page;
}

/** The plugin keeps it for the whole site: only its own visitor reads a conversation. */
function visitorToken(apiKey: string): string {
  const kept = localStorage.getItem(`avatar-chat.visitor.${apiKey}`) ?? '{}';
  return (JSON.parse(kept) as { visitorToken?: string }).visitorToken ?? '';
}
