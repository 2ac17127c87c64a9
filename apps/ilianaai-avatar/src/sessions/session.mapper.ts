import type { SessionDocument } from './session.schema.js';
import type { Session } from './session.js';
import { uniqueMembers } from './unique-members.js';

export function toSession(document: SessionDocument): Session {
  const {
    _id,
    slotKey: _slot,
    vendorKey: _vendor,
    idempotencyId: _idempotency,
    ...members
  } = document;
  return { id: _id, ...members };
}

export function toDocument(session: Session): SessionDocument {
  const { id, ...members } = session;
  return { _id: id, ...members, ...uniqueMembers(session) };
}
