/** After so long without a new picture the connection is called weak. */
const STALLED_MS = 3_000;

/** The media client itself would go on trying for a minute; nobody waits that long. */
const LOST_MS = 10_000;

/** So old may be the last word that the video is seen; a page that is not drawn at all gives none. */
const SEEN_MS = 2_000;

/** Tells when a seen video stands still, when it moves again, and when it will not. */
export class FrameWatch {
  private timer: ReturnType<typeof setInterval> | undefined;
  private lastFrameAtMs = 0;
  private isStalled = false;
  /** Pictures shown so far, where the browser does not tell of each. */
  private counted = 0;
  private seenAtMs = 0;
  private readonly sight = new IntersectionObserver((entries) => {
    const { width = 0, height = 0 } = entries[entries.length - 1]?.intersectionRect ?? {};
    this.seenAtMs = width * height > 0 ? performance.now() : -SEEN_MS;
  });

  constructor(
    private readonly element: HTMLVideoElement,
    private readonly stalled: () => void,
    private readonly moving: () => void,
    private readonly lost: () => void,
  ) {}

  start(): void {
    this.stop();
    this.lastFrameAtMs = this.seenAtMs = performance.now();
    this.timer = setInterval(() => this.look(), 500);
    this.awaitFrame();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.sight.disconnect();
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

  /**
   * What nobody sees is given no pictures, neither by the browser nor by the vendor's media client,
   * which says nothing about the connection: a hidden page, a video that is scrolled away or folded
   * up, a frame that is.
   */
  private look(): void {
    this.countFrames();
    const isSeen = performance.now() - this.seenAtMs < SEEN_MS;
    if (document.visibilityState === 'hidden' || !isSeen) this.lastFrameAtMs = performance.now();
    // Asked anew, it is answered with the next drawing of the page.
    this.sight.disconnect();
    this.sight.observe(this.element);
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
