import type { SessionDocument } from './session.schema.js';
import type { Session } from './session.js';

export function toSession({ _id, ...members }: SessionDocument): Session {
  return { id: _id, ...members };
}

export function toDocument({ id, ...members }: Session): SessionDocument {
  return { _id: id, ...members };
}
