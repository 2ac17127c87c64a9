/** How often an owner's switch is looked at while it is off. */
const PAUSE_MS = 60_000;

/**
 * Looks whether an owner has switched the avatar on again, as long as it is off and the page is seen:
 * a page that stands open for a day shall not have to be loaded anew.
 */
export class SwitchWatch {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;
  private isLooking = false;

  constructor(private readonly look: () => Promise<void>) {}

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.lookLater();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.isRunning = false;
  }

  /** The visitor has come back to the page. */
  async now(): Promise<void> {
    if (!this.isRunning || this.isLooking || document.visibilityState !== 'visible') return;
    clearTimeout(this.timer);
    this.isLooking = true;
    // A look that fails is followed by the next one.
    await this.look().catch(() => undefined);
    this.isLooking = false;
    this.lookLater();
  }

  private lookLater(): void {
    if (!this.isRunning) return;
    clearTimeout(this.timer);
    // While nobody sees the page it rests, and goes on when they come back.
    this.timer = setTimeout(() => void this.now(), PAUSE_MS);
  }
}
