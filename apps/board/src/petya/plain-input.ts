import { h } from '../shared/dom.js';

/** A field in which nothing is corrected, put in or remembered. */
export function plainInput(type: 'text' | 'search' = 'text'): HTMLInputElement {
  return h('input', { type, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });
}
