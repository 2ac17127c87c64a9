import { visible } from './visible.js';

export type Child = Node | string | null;

type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Makes an element. What is true is there without a value, what is false or null is not. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** The same for a drawing. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  fill(element, attributes, children);
  return element;
}

function fill(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== null));
}

export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | null,
): void {
  if (value === false || value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Sets a text where it is another one, so that a selection and a screen reader are left alone. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Shows or hides what may have the focus, which goes to what stands beside it then, in the same row, or to the
 * heading.
 */
export function setHidden(element: HTMLElement, isHidden: boolean): void {
  const leaves = isHidden && !element.hidden && element.contains(document.activeElement);
  element.hidden = isHidden;
  if (!leaves) return;
  const row = element.closest<HTMLElement>('tr, details, .standing');
  const near = row?.querySelector<HTMLElement>('a, summary') ?? document.querySelector('h1');
  near?.focus();
}

/** Puts other children into an element, where they are others. */
export function setChildren(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...children.filter((child) => child !== null));
}

/** A value that somebody else has chosen: it cannot turn the words beside it. */
export function told(text: string, most?: number): HTMLElement {
  return h('bdi', { class: 'told' }, visible(text, most));
}

export function button(label: string, kind: string, onClick: () => void): HTMLButtonElement {
  const made = h('button', { type: 'button', class: kind }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** Words for whoever hears the page. */
export function unseen(text: string): HTMLElement {
  return h('span', { class: 'unseen' }, text);
}

let fields = 0;

/** A field with its label and, below, what it is for. */
export function field<Input extends HTMLElement>(
  label: string,
  input: Input,
  hint = '',
): HTMLDivElement {
  fields += 1;
  const id = `field-${fields}`;
  input.id = id;
  const about = hint === '' ? null : h('p', { class: 'hint', id: `${id}-hint` }, hint);
  if (about !== null) input.setAttribute('aria-describedby', about.id);
  return h('div', { class: 'field' }, h('label', { for: id }, label), about, input);
}
