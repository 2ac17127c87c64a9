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
  if (position.kind === 'message') return { $gte: ['$$this.timestamp', at] };
  return {
    $or: [
      { $gt: ['$$this.timestamp', at] },
      { $and: [{ $eq: ['$$this.timestamp', at] }, { $gt: ['$$this.id', position.id] }] },
    ],
  };
}
