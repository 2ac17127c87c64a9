import { h, setAttribute, setText } from '../shared/dom.js';
import { formatAge, formatClock } from '../shared/format.js';

/** An instant and how long ago it was, which changes while one looks. */
export class When {
  readonly element = h('time');

  show(at: string | null, nowMs: number): void {
    if (at === null) {
      this.element.removeAttribute('datetime');
      setText(this.element, '–');
      return;
    }
    setAttribute(this.element, 'datetime', at);
    setText(this.element, `${formatClock(at, nowMs)} · ${formatAge(Date.parse(at), nowMs)}`);
  }
}
