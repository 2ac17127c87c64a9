/**
 * A place between two entries of a conversation, where messages and turns stand together by time,
 * then messages before turns, then by id.
 */
export interface TimelinePosition {
  readonly atMs: number;
  readonly kind: 'message' | 'turn';
  readonly id: string;
}

/** Aggregation condition on `$$this` for the turns behind a position. */
export function turnsBehind(position: TimelinePosition): unknown {
  const at = new Date(position.atMs);
  const fromThen = { $gte: ['$$this.timestamp', at] };
  if (position.kind === 'message') return fromThen;
  // The cheap comparison first: it alone decides for all turns but those of that one instant.
  const later = { $or: [{ $gt: ['$$this.timestamp', at] }, { $gt: ['$$this.id', position.id] }] };
  return { $and: [fromThen, later] };
}
