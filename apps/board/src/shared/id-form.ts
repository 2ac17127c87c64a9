import type { Api } from './api.js';
import { type Child, field, h, setText } from './dom.js';

const TOKEN = 'That is your token and no id. It was not looked for.';

/** A form that asks for an id, and for what else it is given. */
export interface IdForm {
  readonly label: string;
  readonly hint?: string;
  /** What stands there at first. */
  readonly value: string | undefined;
  /** What is pressed. */
  readonly order: string;
  readonly kind?: 'plain' | 'strong';
  readonly role?: 'search';
  /** What stands between the id and the button, and what behind it. */
  readonly more?: readonly Child[];
  readonly beside?: readonly Child[];
  /** @param id without spaces around it; it may be empty, and is never the token */
  run(id: string): void;
}

/** Where an id leads to an address: whoever pastes the token there by mistake is told, and it goes nowhere. */
export function idForm(api: Api, asked: IdForm): HTMLElement {
  const input = h('input', {
    type: asked.role ?? 'text',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
  });
  input.value = asked.value ?? '';
  const refusal = h('p', { class: 'refusal', role: 'alert' });
  const form = h(
    'form',
    { class: 'filter', role: asked.role ?? null, novalidate: true },
    field(asked.label, input, asked.hint),
    ...(asked.more ?? []),
    h('button', { type: 'submit', class: asked.kind ?? 'strong' }, asked.order),
    ...(asked.beside ?? []),
    refusal,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const id = input.value.trim();
    const isToken = api.isToken(id);
    setText(refusal, isToken ? TOKEN : '');
    if (isToken) input.value = '';
    else asked.run(id);
  });
  return form;
}
