/** Pauses between looks: somebody who has just written waits; later an answer may take its time. */
const PAUSES_MS = [500, 1_000, 1_500, 3_000, 5_000, 10_000] as const;
const LAST_PAUSE_MS = 15_000;

/** After so many looks nobody is expected to answer before the page is opened again. */
const MOST_LOOKS = 60;

/** Looks for answers that somebody writes at Petya, from a visitor's message on. */
export class AnswerWatch {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looks = 0;

  constructor(private readonly look: () => Promise<void>) {}

  expect(): void {
    this.stop();
    this.looks = 0;
    this.lookLater();
  }

  stop(): void {
    clearTimeout(this.timer);
    // A look that is on its way is not followed by another.
    this.timer = undefined;
  }

  private lookLater(): void {
    if (this.looks === MOST_LOOKS) return;
    const pauseMs = PAUSES_MS[this.looks] ?? LAST_PAUSE_MS;
    this.looks += 1;
    // A look that fails is followed by the next one.
    this.timer = setTimeout(() => {
      const watched = this.timer;
      void this.look()
        .catch(() => undefined)
        .then(() => watched === this.timer && this.lookLater());
    }, pauseMs);
  }
}
