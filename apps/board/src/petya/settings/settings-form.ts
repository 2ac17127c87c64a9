import { button, h } from '../../shared/dom.js';
import type { MemberProblem } from '../../shared/problem.js';
import { visible } from '../../shared/visible.js';
import { type Json, placeIn, pointerOf, valueAt } from './change.js';
import { Draft } from './draft.js';
import { FieldView } from './field-view.js';
import type { FieldGroup } from './specs.js';

/** What was sent of a field, by its pointer. */
type Sent = ReadonlyMap<string, string>;

/** Members of an account as fields in cards; what is changed in any of them is saved together. */
export class SettingsForm {
  readonly element: HTMLFormElement;
  private readonly fields: readonly FieldView[];
  private readonly rows: readonly { readonly row: HTMLElement; readonly views: FieldView[] }[];

  /**
   * @param submit what the button says
   * @param isNew whether nothing is stored yet: then the button is always there
   */
  constructor(
    groups: readonly FieldGroup[],
    account: Json,
    submit: string,
    private readonly isNew: boolean,
    onSubmit: () => void,
  ) {
    this.rows = groups.map(({ fields }) => ({
      row: this.buttons(submit),
      views: fields.map((spec) => {
        const draft = new Draft(spec.codec, valueAt(account, spec.pointer));
        return new FieldView(spec, draft, () => this.show());
      }),
    }));
    this.fields = this.rows.flatMap(({ views }) => views);
    this.element = h('form', { class: 'settings', novalidate: true }, ...this.cards(groups));
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      onSubmit();
    });
    this.show();
  }

  get isChanged(): boolean {
    return this.fields.some(({ draft }) => draft.isChanged);
  }

  /**
   * What is stored now.
   * @returns the labels of fields in which that is news
   */
  meet(account: Json): string[] {
    const met = this.fields.filter(({ draft, spec }) => draft.meet(valueAt(account, spec.pointer)));
    this.show();
    return met.map(({ spec }) => spec.label);
  }

  /**
   * Tells at its field what cannot be sent as it is typed.
   * @returns the labels of those fields
   */
  check(): string[] {
    const wrong = this.fields
      .filter(({ draft }) => draft.isChanged)
      .filter((view) => !view.check());
    wrong[0]?.focus();
    return wrong.map(({ spec }) => spec.label);
  }

  /** The values of changed members by their pointers, and of which texts they were read. */
  changes(): { readonly values: ReadonlyMap<string, unknown>; readonly sent: Sent } {
    const changed = this.fields.filter(({ draft }) => draft.isChanged);
    const values = changed.flatMap(({ spec, draft }): [string, unknown][] => {
      const read = draft.read();
      return 'value' in read ? [[spec.pointer, read.value]] : [];
    });
    return {
      values: new Map(values),
      sent: new Map(changed.map(({ spec, draft }) => [spec.pointer, draft.typed])),
    };
  }

  /** They were stored, and the account is now this. */
  saved(account: Json, sent: Sent): void {
    for (const { spec, draft } of this.fields) {
      const value = valueAt(account, spec.pointer);
      const text = sent.get(spec.pointer);
      if (text === undefined) draft.meet(value);
      else draft.saved(value, text);
    }
    this.refuse([]);
    this.show();
  }

  /**
   * Tells what is wrong at the fields that it is about, and goes to the first.
   * @returns the labels of those fields
   */
  refuse(problems: readonly MemberProblem[]): string[] {
    const pointers = this.fields.map(({ spec }) => spec.pointer);
    const texts = new Map<string, string[]>();
    for (const { pointer, message } of problems) {
      const at = pointerOf(pointers, pointer);
      if (at !== undefined) {
        texts.set(at, [...(texts.get(at) ?? []), this.words(at, pointer, message)]);
      }
    }
    for (const view of this.fields) view.refuse((texts.get(view.spec.pointer) ?? []).join(' '));
    const refused = this.fields.filter(({ spec }) => texts.has(spec.pointer));
    refused[0]?.focus();
    return refused.map(({ spec }) => spec.label);
  }

  /** Of a list, the entry that is meant is repeated: its number says nothing to whoever counts no lines. */
  private words(at: string, pointer: string, message: string): string {
    const read = this.fields.find(({ spec }) => spec.pointer === at)?.draft.read();
    const place = placeIn(at, pointer);
    const value = read !== undefined && 'value' in read ? read.value : null;
    const entry: unknown = place !== null && Array.isArray(value) ? value[place] : undefined;
    return typeof entry === 'string' ? `${visible(entry, 80)} ${message}.` : `It ${message}.`;
  }

  private show(): void {
    for (const view of this.fields) view.show();
    for (const { row, views } of this.rows) {
      row.hidden = !this.isNew && !views.some(({ draft }) => draft.isChanged);
    }
  }

  private undo(): void {
    for (const { draft } of this.fields) draft.undo();
    this.refuse([]);
    this.show();
    this.element.querySelector<HTMLElement>('h2, summary')?.focus();
  }

  private buttons(submit: string): HTMLElement {
    const save = h('button', { type: 'submit', class: 'strong' }, submit);
    const undo = this.isNew ? null : button('Undo what is not saved', 'quiet', () => this.undo());
    return h('div', { class: 'buttons' }, save, undo);
  }

  private cards(groups: readonly FieldGroup[]): HTMLElement[] {
    return groups.map(({ title, isRare }, at) => {
      const { row, views = [] } = this.rows[at] ?? {};
      const id = `group-${at}`;
      const content = [...views.map(({ element }) => element), row ?? null];
      if (isRare) {
        const summary = h('summary', {}, h('h2', { id }, title));
        return h('details', { class: 'card' }, summary, h('div', { class: 'fields' }, ...content));
      }
      const heading = h('h2', { id, tabindex: -1 }, title);
      return h(
        'div',
        { class: 'card fields', role: 'group', 'aria-labelledby': id },
        heading,
        ...content,
      );
    });
  }
}
