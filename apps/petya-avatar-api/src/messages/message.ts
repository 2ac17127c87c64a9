/** One written message of a conversation. */
export interface Message {
  readonly id: string;
  readonly conversationId: string;
  readonly isFromUser: boolean;
  readonly content: string;
  readonly clientMessageId: string | null;
  readonly createdAt: Date;
}

/** Where a message stands in its conversation; enough to put a page together. */
export interface MessageKey {
  readonly id: string;
  readonly createdAt: Date;
}
