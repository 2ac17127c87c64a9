/** A place in the conversations of a visitor. */
export interface VisitorsPlace {
  /** When it was opened, in milliseconds; 0 where nobody knows. */
  readonly openedMs: number;
  /** Its own id. */
  readonly id: string;
}

export interface VisitorsConversation extends VisitorsPlace {
  /** False where it is somebody else's, and one of the visitor's sessions was delivered into it. */
  readonly isOwn: boolean;
}

/** By when they were opened, then by id. */
export function compareVisitorsConversations(a: VisitorsPlace, b: VisitorsPlace): number {
  if (a.openedMs !== b.openedMs) return a.openedMs - b.openedMs;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
