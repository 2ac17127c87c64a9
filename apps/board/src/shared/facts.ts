import { h, setAttribute, setText } from './dom.js';
import { PatchedList } from './patch-list.js';
import { visible } from './visible.js';

/** A name and what stands for it; with an address it leads there. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly href?: string;
}

/** Names and values, patched in place. */
export class Facts {
  readonly element: HTMLElement;
  private readonly list: PatchedList<Fact>;

  /** @param kind `wide` is in several columns where there is room */
  constructor(kind: 'narrow' | 'wide' = 'narrow') {
    this.element = h('dl', { class: `facts ${kind}` });
    this.list = new PatchedList<Fact>(
      this.element,
      ({ name, href }) => `${name} ${href ?? ''}`,
      ({ name, href }) => {
        const value = href === undefined ? h('bdi') : h('a', {}, h('bdi'));
        const words =
          value instanceof HTMLAnchorElement ? (value.firstElementChild ?? value) : value;
        const element = h('div', {}, h('dt', {}, name), h('dd', {}, value));
        if (href !== undefined) setAttribute(value, 'href', href);
        return { element, update: (fact) => setText(words, visible(fact.value)) };
      },
      () => undefined,
    );
  }

  show(facts: readonly Fact[]): void {
    this.list.show(facts);
  }
}
