import type { SessionDocument } from './session.schema.js';
import type { Session } from '../domain/session.js';

export function toSession({ _id, ...members }: SessionDocument): Session {
  return { id: _id, ...asBefore(_id, members), ...members };
}

export function toDocument({ id, ...members }: Session): SessionDocument {
  return { _id: id, ...members };
}

/** What records of an earlier version lack: they were opened without proof, for one grant. */
function asBefore(id: string, { createdAt }: Pick<Session, 'createdAt'>): Partial<Session> {
  return {
    proved: false,
    namedBy: 'none',
    grant: id,
    startedBy: null,
    offeredAt: createdAt,
    opener: null,
  };
}
