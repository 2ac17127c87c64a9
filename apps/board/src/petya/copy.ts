import { button, h, setText, unseen } from '../shared/dom.js';

/**
 * A text to copy, with the button for it.
 */
export class Copied {
  readonly element: HTMLElement;
  private readonly place: HTMLTextAreaElement;
  private readonly news = h('p', { class: 'hint', role: 'status' });

  /**
   * @param label what it is
   * @param beside another button in the same row
   */
  constructor(label: string, text = '', beside: HTMLElement | null = null) {
    const id = `copied-${(count += 1)}`;
    this.place = h('textarea', { id, class: 'code', readonly: true, spellcheck: 'false', rows: 1 });
    const copy = button('Copy', 'strong', () => void this.copy());
    copy.append(unseen(` ${label}`));
    this.element = h(
      'div',
      { class: 'copied' },
      h('label', { for: id }, label),
      this.place,
      h('div', { class: 'buttons' }, copy, beside),
      this.news,
    );
    this.show(text);
  }

  show(text: string): void {
    if (this.place.value === text) return;
    this.place.value = text;
    this.place.rows = Math.min(8, Math.ceil(text.length / 44) || 1);
    setText(this.news, '');
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.place.value);
      setText(this.news, 'Copied.');
    } catch {
      // By http on another machine, or where the browser was told not to.
      this.place.focus();
      this.place.select();
      setText(
        this.news,
        'The browser does not let a page copy here. It is selected: press Ctrl+C.',
      );
    }
  }
}

let count = 0;
