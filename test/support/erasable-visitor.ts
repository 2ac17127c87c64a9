import { randomBytes } from 'node:crypto';
import type { ConversationRefDto, Envelope, SessionTokenDto, VisitorRefDto } from '#contracts';
import type { SimulatorControl } from '../vendor-simulator/simulator.control.js';
import { type Answer, send } from './json-client.js';
import { until } from './until.js';

/** Where a visitor talks to, and with which customer's key. */
export interface Site {
  readonly petyaUrl: string;
  readonly avatarUrl: string;
  readonly key: string;
  readonly origin?: string;
  readonly vendor: SimulatorControl;
}

/** A visitor that leaves a word of its own in every place that can hold one. */
export interface ErasableVisitor {
  readonly visitorId: string;
  readonly conversationId: string;
  readonly externalId: string;
  readonly sessions: readonly OpenedSession[];
  /** Everything that must be found nowhere once the visitor is erased. */
  readonly canaries: readonly string[];
  /** Opens and starts one more session and says something in it. */
  talk(ids: { conversation_id?: string; visitor_id?: string }): Promise<OpenedSession>;
  end(session: OpenedSession): Promise<void>;
}

export type OpenedSession = SessionTokenDto;

/**
 * What of an erased visitor a log must not hold, and does. The operator's own line says who was erased,
 * those of a session which conversation it was in: random ids of ours, which say nothing of anybody where no
 * record goes by them.
 */
export function leftInLog(
  { canaries, visitorId, conversationId }: ErasableVisitor,
  log: string,
): string[] {
  const ours = [visitorId, conversationId];
  return canaries
    .filter((word) => !ours.includes(word) && log.includes(word))
    .map((word) => `${word} in a log`);
}

/** Makes a visitor with a conversation and a message in it. */
export async function makeErasableVisitor(site: Site): Promise<ErasableVisitor> {
  const canaries: string[] = [];
  const sessions: OpenedSession[] = [];
  const word = (what: string): string => {
    const canary = `${what}-${randomBytes(9).toString('hex')}`;
    canaries.push(canary);
    return canary;
  };
  const origin: Record<string, string> = site.origin === undefined ? {} : { origin: site.origin };
  const petya = <T>(path: string, json: object) =>
    post<T>(`${site.petyaUrl}/api/v1/${path}`, json, { 'x-api-key': site.key, ...origin });
  const avatar = <T>(path: string, json: object, headers: Record<string, string>) =>
    post<T>(`${site.avatarUrl}/v1/${path}`, json, { ...headers, ...origin });
  const bearer = ({ session_token }: OpenedSession) => ({
    authorization: `Bearer ${session_token}`,
  });

  const { visitorId } = await petya<VisitorRefDto>('visitors/init', {
    name: `Ada ${word('name')}`,
    email: `${word('mail')}@example.com`,
    pageUrl: `https://shop.example.com/${word('page')}`,
    userAgent: word('agent'),
  });
  const externalId = word('order');
  const { conversationId } = await petya<ConversationRefDto>(
    'conversations/userConversation/init',
    { visitorId, externalId, pageUrl: `https://shop.example.com/${word('page')}` },
  );
  const content = `I wrote ${word('message')}`;
  await petya('messages/userMessages/init', { conversationId, isFromUser: true, content });
  canaries.push(visitorId, conversationId);

  return {
    visitorId,
    conversationId,
    externalId,
    sessions,
    canaries,
    talk: async (ids) => {
      const headers = { 'x-api-key': site.key, 'idempotency-key': word('idempotency') };
      const { data } = await avatar<Envelope<SessionTokenDto>>('sessions/token', ids, headers);
      sessions.push(data);
      await avatar('sessions/start', {}, bearer(data));
      const { session_id } = data;
      const text = `I said ${word('said')}`;
      await avatar('streaming.avatar_message', { session_id, role: 'user', text }, bearer(data));
      await site.vendor.say(session_id, 'avatar', `It answered ${word('heard')}`);
      return data;
    },
    end: async (session) => {
      await avatar('sessions/stop', {}, bearer(session));
    },
  };
}

async function post<T>(url: string, json: object, headers: Record<string, string>): Promise<T> {
  const answer: Answer<T> = await send<T>('POST', url, { headers, json });
  if (answer.status < 300) return answer.body;
  throw new Error(`${url} answered ${answer.status}: ${answer.text}`);
}

interface Readable {
  collections(): Promise<{ collectionName: string; find(): { toArray(): Promise<unknown[]> } }[]>;
}

/** Where which of some words is found in databases and at the vendor. */
export async function findWords(
  words: readonly string[],
  databases: Readonly<Record<string, Readable>>,
  vendor: SimulatorControl,
): Promise<string[]> {
  const places: [place: string, text: string][] = [];
  for (const [name, database] of Object.entries(databases)) {
    for (const collection of await database.collections()) {
      const text = JSON.stringify(await collection.find().toArray());
      places.push([`${name}.${collection.collectionName}`, text]);
    }
  }
  const { requests, sessions } = await vendor.ledger();
  places.push(['the vendor was sent', JSON.stringify(requests)]);
  for (const { sessionId } of sessions) {
    places.push(['the vendor has kept', JSON.stringify(await vendor.session(sessionId))]);
  }
  return places.flatMap(([place, text]) =>
    words.filter((word) => text.includes(word)).map((word) => `${word} in ${place}`),
  );
}

/** Waits until none of some words is found anywhere. */
export async function untilGone(
  look: () => Promise<readonly string[]>,
  withinMs: number,
): Promise<void> {
  let found: readonly string[] = [];
  await until(
    'nothing is left of an erased visitor',
    async () => {
      found = await look();
      return found.length === 0;
    },
    withinMs,
  ).catch((error: unknown) => {
    throw new Error(`left: ${found.join(', ')}`, { cause: error });
  });
}
