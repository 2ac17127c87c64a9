import { h, setAttribute, setText } from './dom.js';
import { formatAge, formatClock } from './format.js';

/** An instant and how long ago it was, which changes while one looks. */
export class When {
  private readonly clock = h('span');
  private readonly age = h('span', { class: 'age' });
  readonly element = h('time', {}, this.clock, ' ', this.age);

  show(at: string | null, nowMs: number): void {
    if (at === null) {
      this.element.removeAttribute('datetime');
      setText(this.clock, '–');
      setText(this.age, '');
      return;
    }
    setAttribute(this.element, 'datetime', at);
    setText(this.clock, formatClock(at, nowMs));
    setText(this.age, formatAge(Date.parse(at), nowMs));
  }
}
