import { button, setText } from './dom.js';

/** A button whose order is one call, however often it is pressed. */
export class Action {
  readonly element: HTMLButtonElement;
  private isPending = false;

  /**
   * @param words what stands on it, and what stands there while the order is under way
   * @param run says itself what has become of it
   */
  constructor(
    private readonly words: { readonly idle: string; readonly pending: string },
    kind: string,
    private readonly run: () => Promise<void>,
    /** Of what, for whoever hears it among others. */
    private readonly of = '',
  ) {
    this.element = button('', kind, () => void this.press());
    this.show();
  }

  private async press(): Promise<void> {
    if (this.isPending) return;
    this.isPending = true;
    this.show();
    await this.run();
    this.isPending = false;
    this.show();
  }

  private show(): void {
    const { idle, pending } = this.words;
    setText(this.element, this.isPending ? pending : idle);
    this.element.setAttribute('aria-disabled', String(this.isPending));
    if (this.of !== '') {
      this.element.setAttribute('aria-label', `${this.isPending ? pending : idle} ${this.of}`);
    }
  }
}
