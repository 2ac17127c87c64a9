import { type Child, h, setText } from './dom.js';
import { PatchedList } from './patch-list.js';
import { visible } from './visible.js';

/** A name and what stands for it; with an address it leads there. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly href?: string;
}

/** Another board is another page: leaving this one would end the visit. */
const ELSEWHERE = { target: '_blank', rel: 'noopener noreferrer' } as const;

/** A link to another view, or to another page in a tab of its own. */
export function linkTo(href: string, ...content: Child[]): HTMLAnchorElement {
  return h('a', { href, ...(href.startsWith('#') ? {} : ELSEWHERE) }, ...content);
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
        const value = href === undefined ? h('bdi') : linkTo(href, h('bdi'));
        const words =
          value instanceof HTMLAnchorElement ? (value.firstElementChild ?? value) : value;
        const element = h('div', {}, h('dt', {}, name), h('dd', {}, value));
        return { element, update: (fact) => setText(words, visible(fact.value)) };
      },
      () => undefined,
    );
  }

  show(facts: readonly Fact[]): void {
    this.list.show(facts);
  }
}
