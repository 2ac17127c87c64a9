/**
 * How long an avatar is given to begin by itself, as the opening text of its context at the vendor
 * makes it. A visitor of one that does not begin waits so long for the intro.
 */
export const OWN_GREETING_MS = 4_000;

/** What of a conversation a greeting depends on; it outlives calls and reloads. */
export interface Greeted {
  isGreeted(): boolean;
  remember(): void;
}

/**
 * One greeting a conversation: the plugin has the account's intro said unless the avatar greets by
 * itself, and not to a visitor who has begun to talk, since that one is answered.
 */
export class Greeting {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly greeted: Greeted) {}

  /** The avatar is there. */
  expect(sayIntro: () => void): void {
    if (this.greeted.isGreeted()) return;
    this.timer = setTimeout(() => {
      this.greeted.remember();
      sayIntro();
    }, OWN_GREETING_MS);
  }

  /** Somebody, avatar or visitor, has begun to talk. */
  begun(): void {
    this.stop();
    if (!this.greeted.isGreeted()) this.greeted.remember();
  }

  /** The call is over. */
  stop(): void {
    clearTimeout(this.timer);
  }
}
