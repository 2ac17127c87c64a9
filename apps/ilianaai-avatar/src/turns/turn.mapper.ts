import type { TurnDocument } from './turn.schema.js';
import type { SourceLine } from './merge/source-line.js';

export function toSourceLine(turn: TurnDocument): SourceLine {
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

/** A line of a session's source, ready to be stored. */
export function toTurnDocument(
  line: SourceLine,
  session: { readonly id: string; readonly accountId: string },
): TurnDocument {
  const { atMs, stored: _stored, ...members } = line;
  return { sessionId: session.id, accountId: session.accountId, ...members, at: new Date(atMs) };
}
