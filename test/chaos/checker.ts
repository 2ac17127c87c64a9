import { END_REASONS } from '#contracts';
import { formsOf } from '#platform';
import { checkAnswers, type PlannedFaults } from './check-answers.js';
import { checkTurns } from './check-turns.js';
import type { ClientLedger, ClientSession } from './client-ledger.js';
import {
  type Evidence,
  isFarOff,
  type NamedText,
  type StoredConversation,
  type StoredSession,
} from './evidence.js';
import type { Violation } from './violations.js';
import type { World } from './world.js';

/**
 * What holds at the end of every run, over three ledgers that do not know of each other: what
 * the plugins of a run were told, what the vendor saw and billed, what Petya's database holds.
 */
export function checkRun(
  ledger: ClientLedger,
  evidence: Evidence,
  planned: PlannedFaults,
): Violation[] {
  const ids = new Set(ledger.sessions.map(({ sessionId }) => sessionId));
  return [
    ...ledger.sessions.flatMap((session) => checkSession(session, evidence)),
    ...checkVendor(evidence, (id) => ids.has(id)),
    ...checkRecords(evidence, (id) => id !== null && ids.has(id)),
    ...checkAnswers(ledger, planned),
  ];
}

/** What belongs to no plugin: sessions whose opener was killed, conversations as such, logs. */
export function checkRest(
  world: World,
  ledgers: readonly ClientLedger[],
  evidence: Evidence,
): Violation[] {
  const sessions = ledgers.flatMap((ledger) => ledger.sessions);
  const ids = new Set(sessions.map(({ sessionId }) => sessionId));
  return [
    ...checkVendor(evidence, (id) => !ids.has(id)),
    ...checkRecords(evidence, (id) => id === null || !ids.has(id)),
    ...checkConversations(world, evidence),
    ...checkSecrets(world, sessions, evidence),
  ];
}

function checkSession(session: ClientSession, evidence: Evidence): Violation[] {
  const { tag, sessionId, account } = session;
  const vendor = evidence.vendor.get(sessionId);
  if (!vendor) return [state(tag, `the vendor does not know session ${sessionId}`)];
  const holders = evidence.conversations.filter((each) => holds(each, sessionId));
  if (vendor.startedAt === null) {
    return holders.length === 0 ? [] : [state(tag, `Petya holds ${sessionId}, which never ran`)];
  }
  const [holder] = holders;
  if (!holder) {
    const turns = session.turns.filter(({ ackedAtMs }) => ackedAtMs !== null).length;
    return [{ kind: 'lost', tag, evidence: `Petya has nothing of ${sessionId} (${turns} turns)` }];
  }
  const violations: Violation[] = [];
  if (holders.length > 1) violations.push(state(tag, `${sessionId} is in two conversations`));
  if (holder.accountId !== account.accountId || !isInPlace(holder, session, evidence)) {
    violations.push({ kind: 'foreign', tag, evidence: `${sessionId} is in another conversation` });
  }
  violations.push(...checkEnd(session, holder, evidence));
  const stored = holder.transcript.filter((turn) => turn.sessionId === sessionId);
  return [...violations, ...checkTurns(session, vendor, stored), ...checkBudget(session, evidence)];
}

/**
 * Under the name that the plugin gave, or under the session's own id where somebody else's session
 * was delivered under that name before: these visitors show no proof that they are the same.
 */
function isInPlace(
  { externalId, accountId }: StoredConversation,
  { sessionId, conversationId }: ClientSession,
  { conversations }: Evidence,
): boolean {
  if (externalId === (conversationId ?? sessionId)) return true;
  const named = conversations.filter(
    (each) => each.accountId === accountId && each.externalId === conversationId,
  );
  const isTaken = named.some(({ sessions }) =>
    sessions.some((each) => each.sessionId !== sessionId),
  );
  return externalId === sessionId && isTaken;
}

function checkEnd(
  { tag, sessionId }: ClientSession,
  holder: StoredConversation,
  evidence: Evidence,
): Violation[] {
  const entries = holder.sessions.filter((entry) => entry.sessionId === sessionId);
  const [entry] = entries;
  const record = evidence.sessions.find((each) => each.vendorSessionId === sessionId);
  if (entries.length !== 1 || !entry || entry.status === 'active') {
    return [state(tag, `Petya’s record of ${sessionId} has no end (${entry?.status})`)];
  }
  const reasons: readonly string[] = END_REASONS;
  if (entry.endReason === undefined || !reasons.includes(entry.endReason)) {
    return [state(tag, `${sessionId} has the end reason ${entry.endReason}`)];
  }
  if (record && record.endReason !== entry.endReason) {
    return [state(tag, `${sessionId} ended ${record.endReason} here, ${entry.endReason} in Petya`)];
  }
  return [];
}

function checkBudget(session: ClientSession, evidence: Evidence): Violation[] {
  const { tag, ending, stopBudgetMs, sessionId } = session;
  const tookMs = stopTookMs(session, evidence);
  if (!ending || stopBudgetMs === null || tookMs === null || tookMs <= stopBudgetMs) return [];
  const text = `${sessionId} was ${ending.how}; the vendor’s record of the end came ${tookMs} ms later`;
  return [{ kind: 'budget', tag, evidence: `${text} (budget ${stopBudgetMs} ms)` }];
}

/** From the plugin's ending to the vendor's record of the end; null where there is either not. */
export function stopTookMs(session: ClientSession, evidence: Evidence): number | null {
  const endedAt = evidence.vendor.get(session.sessionId)?.endedAt;
  if (session.ending === null || !endedAt) return null;
  return Math.max(0, Date.parse(endedAt) - session.ending.atMs);
}

function checkVendor(evidence: Evidence, isMeant: (id: string) => boolean): Violation[] {
  const known = new Set(evidence.sessions.map(({ vendorSessionId }) => vendorSessionId));
  return [...evidence.vendor.values()].flatMap(({ sessionId, state: now, startedAt }) => {
    if (!isMeant(sessionId)) return [];
    const violations: Violation[] = [];
    if (now === 'active') {
      violations.push({ kind: 'left running', tag: null, evidence: `${sessionId} still runs` });
    }
    if (startedAt !== null && !known.has(sessionId)) {
      violations.push(state(null, `${sessionId} ran at the vendor without a record of ours`));
    }
    return violations;
  });
}

function checkRecords(
  { sessions }: Evidence,
  isMeant: (vendorSessionId: string | null) => boolean,
): Violation[] {
  return sessions.flatMap((record) => {
    if (!isMeant(record.vendorSessionId)) return [];
    const is = (problem: string): Violation => state(null, `record ${record._id} ${problem}`);
    const { delivery } = record;
    return [
      ...(isDone(record) ? [] : [is(`is ${record.state}, which is no end`)]),
      ...(record.slot === null ? [] : [is(`still has slot ${record.slot}`)]),
      ...(record.endReason === null ? [is('has no end reason')] : []),
      ...((record.vendorToken ?? record.media) ? [is('keeps secrets of an ended session')] : []),
      ...(delivery.version > delivery.deliveredVersion ? [is('is not delivered')] : []),
    ];
  });
}

/** Nothing is left to do for it. */
function isDone(record: StoredSession): boolean {
  const isEnd = record.state === 'delivered' || record.state === 'failed';
  return isEnd && isFarOff(record.dueAt) && record.outboxDueAt === null;
}

function checkConversations(world: World, evidence: Evidence): Violation[] {
  const accounts = new Set(world.accounts.map(({ accountId }) => accountId));
  const owner = new Map(evidence.sessions.map((each) => [each.vendorSessionId, each.accountId]));
  return evidence.conversations.flatMap((conversation) => {
    const strange = conversation.sessions.filter(
      ({ sessionId }) => owner.get(sessionId) !== conversation.accountId,
    );
    const isOurs = accounts.has(conversation.accountId);
    if (isOurs && strange.length === 0) return [];
    const text = `conversation ${conversation.id} holds what is not its account’s`;
    return [{ kind: 'foreign' as const, tag: null, evidence: text }];
  });
}

/** Where what was said is meant to lie. */
const HOLDS_WORDS: readonly string[] = ['avatar.turns', 'petya.conversations'];

/** Each form of a secret is looked for in everything: of thousands of tokens, some will do. */
const SEARCHED_TOKENS = 40;

/**
 * Neither a key nor a token nor a word that was said may stand in a log, nor in a collection whose
 * business it is not: as it is, in base64, in hex or percent-encoded.
 */
function checkSecrets(
  world: World,
  sessions: readonly ClientSession[],
  { logs, collections }: Evidence,
): Violation[] {
  const tokens = sessions.map(({ token }) => token);
  const secrets: Secret[] = [
    ...Object.entries(world.wiring.secrets),
    ...world.accounts.map(({ apiKey }) => ['a customer key', apiKey] as const),
    ...tokens.slice(0, SEARCHED_TOKENS).map((token) => ['a session token', token] as const),
  ].map(([what, value]) => ({ what, forms: formsOf(value) }));
  const words = { what: 'what was said', forms: ['words '] };
  const raw = { what: 'a session token', forms: tokens };
  return [
    ...logs.flatMap((log) => findSecrets(`the log of ${log.name}`, log, [...secrets, words, raw])),
    ...collections.flatMap((each) =>
      findSecrets(each.name, each, HOLDS_WORDS.includes(each.name) ? secrets : [...secrets, words]),
    ),
  ];
}

interface Secret {
  readonly what: string;
  readonly forms: readonly string[];
}

function findSecrets(place: string, { text }: NamedText, secrets: readonly Secret[]): Violation[] {
  return secrets
    .filter(({ forms }) => forms.some((form) => text.includes(form)))
    .slice(0, 1)
    .map(({ what }) => state(null, `${place} contains ${what}`));
}

function holds(conversation: StoredConversation, sessionId: string): boolean {
  return (
    conversation.sessions.some((entry) => entry.sessionId === sessionId) ||
    conversation.transcript.some((turn) => turn.sessionId === sessionId)
  );
}

function state(tag: string | null, evidence: string): Violation {
  return { kind: 'state', tag, evidence };
}
