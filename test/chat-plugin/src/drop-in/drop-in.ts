/** What happened in one conversation, as the customer's own code sees it. */
export interface Heard {
  readonly states: string[];
  readonly avatarLines: string[];
  readonly chunks: number;
  readonly firstFrameMs: number;
  readonly frames: number;
  readonly maxSeconds: number | null;
}

/** What became of a push of the button. */
export interface PushedToTalk {
  readonly started: boolean;
  readonly isMutedBefore: boolean;
  readonly isMutedMeanwhile: boolean;
  readonly heard: readonly string[];
  readonly answer: string;
}

export interface Refused {
  readonly status: number | null;
  readonly code: number | null;
  readonly message: string;
}

export interface Where {
  readonly apiUrl: string;
  readonly key: string;
}

/** What the page offers to whoever drives it, as `window.dropIn`. */
export interface DropIn {
  token(where: Where): Promise<string>;
  /** Token, start, attach, and a message unless it is empty; the avatar's words come back. */
  talk(where: Where, text: string): Promise<Heard>;
  talkWith(sessionToken: string, apiUrl: string, text: string): Promise<Heard>;
  /** Talks by the button: pushed, and let go; the avatar's answer comes back, or why it failed. */
  pushToTalk(where: Where): Promise<PushedToTalk>;
  /** Resolves with the SDK's reason of the disconnection. */
  stop(): Promise<string>;
  refusedToken(where: Where): Promise<Refused>;
  refusedStart(sessionToken: string, apiUrl: string): Promise<Refused>;
}
