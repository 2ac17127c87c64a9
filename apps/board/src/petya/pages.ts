import { button, h, setChildren } from '../shared/dom.js';

/** The way through a list's pages. */
export class Pages {
  readonly element = h('p', { class: 'pages' });
  /** The cursors of the pages before this one and of this; the first page has none. */
  private trail: readonly (string | undefined)[] = [undefined];
  private standing = '';

  /** @param turned another page is wanted */
  constructor(private readonly turned: () => void) {}

  get cursor(): string | undefined {
    return this.trail.at(-1);
  }

  /** A button that has the focus is not replaced by its like. */
  show(next: string | null): void {
    const standing = `${this.trail.length} ${next}`;
    if (standing === this.standing) return;
    this.standing = standing;
    const isOnly = this.trail.length === 1 && next === null;
    setChildren(
      this.element,
      isOnly ? null : `Page ${this.trail.length}. `,
      this.trail.length === 1 ? null : this.turn('First page', [undefined]),
      next === null ? null : this.turn('Next page', [...this.trail, next]),
    );
  }

  private turn(label: string, trail: readonly (string | undefined)[]): HTMLButtonElement {
    return button(label, 'plain', () => {
      this.trail = trail;
      this.turned();
    });
  }
}
