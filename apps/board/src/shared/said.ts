import { button, h, setText } from './dom.js';
import type { Tone } from './tone.js';
import { visible } from './visible.js';

/** The place where the board says what has become of an order; it stays until it is put away. */
export class Said {
  readonly element: HTMLElement;
  private readonly words = h('p', { role: 'status' });

  constructor() {
    const close = button('Put away', 'quiet', () => this.clear());
    this.element = h('div', { class: 'said', hidden: true }, this.words, close);
  }

  say(text: string, tone: Tone = 'calm'): void {
    this.element.hidden = false;
    this.element.dataset['tone'] = tone;
    setText(this.words, visible(text));
    this.giveRoom(this.element.offsetHeight);
  }

  clear(): void {
    this.element.hidden = true;
    this.giveRoom(0);
    setText(this.words, '');
  }

  /** What gets the focus is scrolled to above it. */
  private giveRoom(height: number): void {
    document.documentElement.style.scrollPaddingBottom = `${height + 24}px`;
  }
}
