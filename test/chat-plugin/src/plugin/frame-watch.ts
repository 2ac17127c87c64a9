/** After so long without a new picture the connection is called weak. */
const STALLED_MS = 3_000;

/** The media client itself would go on trying for a minute; nobody waits that long. */
const LOST_MS = 10_000;

/** Tells when a visible video stands still, when it moves again, and when it will not. */
export class FrameWatch {
  private timer: ReturnType<typeof setInterval> | undefined;
  private lastFrameAtMs = 0;
  private isStalled = false;
  /** Pictures shown so far, where the browser does not tell of each. */
  private counted = 0;

  constructor(
    private readonly element: HTMLVideoElement,
    private readonly stalled: () => void,
    private readonly moving: () => void,
    private readonly lost: () => void,
  ) {}

  start(): void {
    this.stop();
    this.lastFrameAtMs = performance.now();
    this.timer = setInterval(() => this.look(), 500);
    this.awaitFrame();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.isStalled = false;
  }

  private awaitFrame(): void {
    if (typeof this.element.requestVideoFrameCallback !== 'function') return;
    this.element.requestVideoFrameCallback(() => {
      if (this.timer === undefined) return;
      this.moved();
      this.awaitFrame();
    });
  }

  private moved(): void {
    this.lastFrameAtMs = performance.now();
    if (this.isStalled) this.moving();
    this.isStalled = false;
  }

  /** Firefox before 132 and Safari before 15.4 tell how many there were, or how long it has played. */
  private countFrames(): void {
    if (typeof this.element.requestVideoFrameCallback === 'function') return;
    const { getVideoPlaybackQuality, currentTime } = this.element;
    const counted =
      typeof getVideoPlaybackQuality === 'function'
        ? getVideoPlaybackQuality.call(this.element).totalVideoFrames
        : currentTime;
    if (counted !== this.counted) this.moved();
    this.counted = counted;
  }

  /** A hidden page is given no pictures, which says nothing about the connection. */
  private look(): void {
    this.countFrames();
    if (document.visibilityState === 'hidden') this.lastFrameAtMs = performance.now();
    const stillMs = performance.now() - this.lastFrameAtMs;
    if (stillMs >= LOST_MS) {
      this.stop();
      this.lost();
    } else if (stillMs >= STALLED_MS && !this.isStalled) {
      this.isStalled = true;
      this.stalled();
    }
  }
}
