import { h, setAttribute, setText } from '../shared/dom.js';
import { PatchedList } from '../shared/patch-list.js';
import { visible } from '../shared/visible.js';

/** A name and what stands for it; with an address it leads there. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly href?: string;
}

/** Names and values, patched in place. */
export class Facts {
  readonly element = h('dl', { class: 'facts' });
  private readonly list = new PatchedList<Fact>(
    this.element,
    ({ name, href }) => `${name} ${href ?? ''}`,
    ({ name, href }) => {
      const value = href === undefined ? h('bdi') : h('a', {}, h('bdi'));
      const words = value instanceof HTMLAnchorElement ? (value.firstElementChild ?? value) : value;
      const element = h('div', {}, h('dt', {}, name), h('dd', {}, value));
      if (href !== undefined) setAttribute(value, 'href', href);
      return { element, update: (fact) => setText(words, visible(fact.value)) };
    },
    () => undefined,
  );

  show(facts: readonly Fact[]): void {
    this.list.show(facts);
  }
}
