import { h, setAttribute } from '../shared/dom.js';
import { linkTo } from '../shared/facts.js';
import type { Desk } from './desk.js';

/** What stands on every view: the way to the other board. */
export function standingLink({ addresses }: Desk): HTMLElement {
  const link = linkTo('', "The gateway's board");
  const element = h('div', { class: 'standing', 'data-tone': 'calm', hidden: true }, link);
  addresses.watch(({ gateway }) => {
    element.hidden = gateway === null;
    if (gateway !== null) setAttribute(link, 'href', `${gateway}/board`);
  });
  return element;
}
