import type { TurnDocument } from './turn.schema.js';
import type { WitnessLine } from './merge/witness.js';

export function toWitnessLine(turn: TurnDocument): WitnessLine {
  const { source, key, role, text, at, position, stored, isTold } = turn;
  // A server that leaves it empty says nothing of the order.
  const order = stored?.toBigInt();
  return {
    source,
    key,
    role,
    text,
    atMs: at.getTime(),
    position,
    ...(order ? { stored: order } : {}),
    ...(isTold ? { isTold } : {}),
  };
}

/** A line of a session's witness, ready to be stored. */
export function toTurnDocument(
  line: WitnessLine,
  session: { readonly id: string; readonly accountId: string },
): TurnDocument {
  const { atMs, stored: _stored, ...members } = line;
  return { sessionId: session.id, accountId: session.accountId, ...members, at: new Date(atMs) };
}
