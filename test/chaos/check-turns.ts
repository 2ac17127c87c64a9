import type { ClientSession, ReportedTurn } from './client-ledger.js';
import type { StoredTurn, VendorEvidence } from './evidence.js';
import type { Violation } from './violations.js';

/**
 * What may lie between an event and the time it got: the replicas follow the database's clock,
 * which each of them measures for itself.
 */
const CLOCK_TOLERANCE_MS = 300;

/**
 * Compares the stored turns of a session with what its plugin was acknowledged and what the vendor
 * recorded: each exactly once, nothing else, in order.
 */
export function checkTurns(
  session: ClientSession,
  vendor: VendorEvidence,
  stored: readonly StoredTurn[],
): Violation[] {
  const { tag } = session;
  const texts = stored.map(({ transcript }) => transcript);
  const acked = session.turns.filter(({ ackedAtMs }) => ackedAtMs !== null);
  const heard = vendor.transcript.map(({ text }) => text);
  const owed = new Set([...acked.map(({ text }) => text), ...heard]);
  const said = new Set([...session.turns.map(({ text }) => text), ...heard]);
  const heardTexts = new Set(heard);
  const timesOf = new Map<string, number>();
  for (const text of texts) timesOf.set(text, (timesOf.get(text) ?? 0) + 1);
  const at = `session ${session.sessionId}`;
  const violations: Violation[] = [];
  for (const text of owed) {
    if (!timesOf.has(text)) {
      const by = heardTexts.has(text) ? 'heard by the vendor' : 'acknowledged to the plugin';
      violations.push({ kind: 'lost', tag, evidence: `“${text}” (${by}) is not in Petya, ${at}` });
    }
  }
  for (const [text, times] of timesOf) {
    if (times > 1) {
      violations.push({ kind: 'doubled', tag, evidence: `“${text}” is there ${times}×, ${at}` });
    }
    if (!said.has(text)) {
      violations.push({ kind: 'foreign', tag, evidence: `nobody said “${text}”, ${at}` });
    }
  }
  return [...violations, ...checkOrder(session, vendor, texts)];
}

function checkOrder(
  session: ClientSession,
  vendor: VendorEvidence,
  texts: readonly string[],
): Violation[] {
  const heard = vendor.transcript.map(({ text }) => text);
  const heardTexts = new Set(heard);
  const own = session.turns.filter(
    ({ text, ackedAtMs }) => ackedAtMs !== null && !heardTexts.has(text),
  );
  // A long load leaves hundreds of turns in a session, and each is compared with all others.
  const places = new Map(texts.map((text, index): [string, number] => [text, index]).reverse());
  const place = (text: string): number => places.get(text) ?? -1;
  const wrong = [
    ...firstDescent(heard, place),
    ...firstOvertaken(own, place),
    ...firstBetween(own, vendor, place),
  ];
  return wrong.map((evidence) => ({
    kind: 'order',
    tag: session.tag,
    evidence: `${evidence}, session ${session.sessionId}`,
  }));
}

function firstDescent(texts: readonly string[], place: (text: string) => number): string[] {
  const there = texts.filter((text) => place(text) >= 0);
  const index = there.findIndex((text, at) => at > 0 && place(text) < place(there[at - 1] ?? ''));
  return index < 0 ? [] : [`“${there[index]}” stands before what the vendor heard earlier`];
}

/** Turns that were sent at the same time have no order; one sent after an answer comes after. */
function firstOvertaken(own: readonly ReportedTurn[], place: (text: string) => number): string[] {
  const there = own.filter(({ text }) => place(text) >= 0);
  for (const [index, turn] of there.entries()) {
    const later = there.find((other, at) => {
      const isAfter = at > index && (turn.ackedAtMs ?? Infinity) <= other.sentAtMs;
      return isAfter && place(other.text) < place(turn.text);
    });
    if (later) return [`“${later.text}” stands before “${turn.text}”, which was said earlier`];
  }
  return [];
}

/** The vendor's times are whole seconds, so two sources are compared over a second's border. */
function firstBetween(
  own: readonly ReportedTurn[],
  vendor: VendorEvidence,
  place: (text: string) => number,
): string[] {
  for (const turn of own) {
    for (const line of vendor.transcript) {
      if (place(line.text) < 0 || place(turn.text) < 0) continue;
      const second = Math.floor(Date.parse(line.at) / 1000) * 1000;
      const isEarlier = (turn.ackedAtMs ?? Infinity) + CLOCK_TOLERANCE_MS < second;
      const isLater = turn.sentAtMs - CLOCK_TOLERANCE_MS > Date.parse(line.at);
      const isBefore = place(turn.text) < place(line.text);
      if ((isEarlier && !isBefore) || (isLater && isBefore)) {
        return [`“${turn.text}” and “${line.text}” have changed places`];
      }
    }
  }
  return [];
}
