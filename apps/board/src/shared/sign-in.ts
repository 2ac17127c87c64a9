import { field, h, setText } from './dom.js';
import { visible } from './visible.js';

/** What the form says, and to whom it gives a token. */
export interface SignIn {
  /** Whose board it is. */
  readonly title: string;
  /** Why one is here again; empty at first. */
  readonly note: string;
  /** @returns why it is not let in, or null where it is */
  enter(token: string): Promise<string | null>;
}

/**
 * The way in. A password manager knows the form by its names and knows that it has worked by its going; the
 * token is in the field until it is sent, and in no attribute.
 */
export function signInPage({ title, note, enter }: SignIn): HTMLElement {
  // Managers keep a password under a name.
  const name = h('input', {
    type: 'text',
    name: 'username',
    autocomplete: 'username',
    value: 'operator',
    hidden: true,
  });
  const token = h('input', {
    type: 'password',
    name: 'password',
    autocomplete: 'current-password',
    autocapitalize: 'none',
    spellcheck: 'false',
    required: true,
  });
  const refusal = h('p', { class: 'refusal', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'strong' }, 'Sign in');
  const hint =
    'One of ADMIN_TOKEN. It stays in the memory of this page until you close or reload it.';
  const form = h(
    'form',
    { novalidate: true },
    name,
    field("Operator's token", token, hint),
    refusal,
    h('div', { class: 'buttons' }, submit),
  );
  let isPending = false;
  const run = async (): Promise<void> => {
    if (isPending) return;
    isPending = true;
    submit.setAttribute('aria-disabled', 'true');
    setText(submit, 'Signing in …');
    setText(refusal, '');
    const why = await enter(token.value.trim());
    isPending = false;
    if (why === null) token.value = '';
    submit.setAttribute('aria-disabled', 'false');
    setText(submit, 'Sign in');
    setText(refusal, visible(why ?? ''));
    if (why !== null) token.focus();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run();
  });
  return h(
    'main',
    { class: 'sign-in' },
    h('h1', {}, title),
    note === '' ? null : h('p', { role: 'status' }, note),
    form,
  );
}
