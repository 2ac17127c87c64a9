import { button, type Child, field, h, setText } from './dom.js';
import { sentencesOf } from './problem.js';
import { visible } from './visible.js';

/** What is asked before something is done that cannot be undone. */
export interface Question {
  readonly title: string;
  /** What it is about, by name, and what will be. */
  readonly about: readonly Child[];
  /** What is pressed to do it, and what stands there while it is done. */
  readonly confirm: string;
  readonly pending: string;
  readonly keep: string;
  /** What has to be typed in before. */
  readonly typed?: { readonly label: string; readonly hint: string };
  /**
   * @returns what has become of it
   * @throws Problem
   */
  run(typed: string): Promise<string>;
}

/** What a dialog tells whoever has opened it. */
export interface Asker {
  done(result: string): void;
  /** @returns whether the refusal is not for the dialog to show */
  failed(error: unknown): boolean;
  /** It has failed when the dialog was left already. */
  failedLate(error: unknown): void;
  closed(): void;
}

let dialogs = 0;

/** Asks in a dialog of its own. What keeps everything as it is has the focus. */
export function ask(question: Question, asker: Asker): void {
  dialogs += 1;
  const id = `dialog-${dialogs}`;
  const refusal = h('p', { class: 'refusal', role: 'alert' });
  const confirm = h('button', { type: 'submit', class: 'danger' }, question.confirm);
  const dialog = h('dialog', { 'aria-labelledby': id, 'aria-describedby': `${id}-about` });
  const keep = button(question.keep, 'plain', () => dialog.close());
  const input = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off' });
  const { typed } = question;
  const form = h(
    'form',
    { method: 'dialog', novalidate: true },
    h('h2', { id }, question.title),
    h('div', { id: `${id}-about` }, ...question.about),
    typed === undefined ? null : field(typed.label, input, typed.hint),
    refusal,
    h('div', { class: 'buttons' }, keep, confirm),
  );
  let isPending = false;
  const show = (pending: boolean): void => {
    isPending = pending;
    confirm.setAttribute('aria-disabled', String(pending));
    setText(confirm, pending ? question.pending : question.confirm);
    // Leaving it takes back nothing that is under way.
    setText(keep, pending ? 'Close' : question.keep);
  };
  const run = async (): Promise<void> => {
    if (isPending) return;
    show(true);
    setText(refusal, '');
    try {
      asker.done(await question.run(input.value.trim()));
      dialog.close();
    } catch (error) {
      show(false);
      if (asker.failed(error)) dialog.close();
      else if (dialog.open) setText(refusal, visible(sentencesOf(error)));
      else asker.failedLate(error);
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    asker.closed();
  });
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  (typed === undefined ? keep : input).focus();
}

/** For a visit that has ended: nothing is asked any more. */
export function closeDialogs(): void {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
}
