const NAME = 'avatar-chat';

/** Defined, since many pages hide every element that is not. */
export class Host extends HTMLElement {}

/** The element that the plugin stands in. A page may have an element of this name itself. */
export function newHost(): HTMLElement {
  if (customElements.get(NAME) === undefined) customElements.define(NAME, Host);
  return customElements.get(NAME) === Host ? new Host() : document.createElement('div');
}
