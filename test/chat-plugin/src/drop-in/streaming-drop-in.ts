import type { Refused, Where } from './drop-in.js';

/** What happened in one conversation over the legacy SDK, as the customer's own code sees it. */
export interface Streamed {
  readonly sessionId: string;
  readonly frames: number;
  readonly avatarLines: readonly string[];
  /** Pieces that the lines came in. */
  readonly pieces: number;
}

/** What the page offers to whoever drives it, as `window.streamingDropIn`. */
export interface StreamingDropIn {
  token(where: Where): Promise<string>;
  /** Starts, waits for the stream, attaches it, says `text`, and waits for the avatar's words. */
  talk(token: string, basePath: string, text: string): Promise<Streamed>;
  /** Lets the avatar say exactly this; resolves with what was heard. */
  repeat(text: string): Promise<string>;
  /** Resolves once the SDK has seen the stream end. */
  stop(): Promise<void>;
  refusedToken(where: Where): Promise<Refused>;
  /** What the SDK throws when it may not start. */
  refusedStart(token: string, basePath: string): Promise<Refused>;
}
