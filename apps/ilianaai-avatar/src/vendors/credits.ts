import { AppError } from '#platform';

/** Whether a vendor has credits for another session, by what it has answered last. */
export class Credits {
  private areGone = false;

  get areLeft(): boolean {
    return !this.areGone;
  }

  /** Makes a call that needs credits; its outcome says whether there are any. */
  async spend<T>(call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call();
      this.areGone = false;
      return answer;
    } catch (error) {
      if (error instanceof AppError && error.code === 'vendor_quota') this.areGone = true;
      throw error;
    }
  }

  /** A running session has ended because there are no more. */
  ranOut(): void {
    this.areGone = true;
  }
}
