import { field, h, setText } from '../../shared/dom.js';
import { formatCount } from '../../shared/format.js';
import { visible } from '../../shared/visible.js';
import type { Draft } from './draft.js';
import type { FieldSpec } from './specs.js';

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** One member as a field, with what is wrong with it and what others have done to it. */
export class FieldView {
  readonly element: HTMLElement;
  private readonly input: Input;
  private readonly beside = h('p', { class: 'beside' });
  private readonly news = h('p', { class: 'news' });
  private readonly refusal = h('p', { class: 'refusal' });
  /** What stands in the field, as it was put there or typed; a browser may show it otherwise. */
  private standing: string | null = null;

  /** @param typed the field was changed */
  constructor(
    readonly spec: FieldSpec,
    readonly draft: Draft,
    typed: () => void,
  ) {
    this.input = inputFor(spec);
    this.element = field(spec.label, this.input, spec.hint);
    const notes = [this.beside, this.news, this.refusal];
    for (const [at, note] of notes.entries()) note.id = `${this.input.id}-note-${at}`;
    const hint = this.input.getAttribute('aria-describedby');
    const ids = [...(hint === null ? [] : [hint]), ...notes.map(({ id }) => id)];
    this.input.setAttribute('aria-describedby', ids.join(' '));
    this.element.append(...notes);
    this.input.addEventListener('input', () => {
      this.standing = this.input.value;
      draft.type(this.input.value);
      this.refuse('');
      this.show();
      typed();
    });
    this.show();
  }

  show(): void {
    const { typed, news, isChanged } = this.draft;
    if (this.standing !== typed) this.put(typed);
    this.element.classList.toggle('changed', isChanged);
    setText(this.beside, this.spec.kind === 'minutes' ? this.secondsWords() : '');
    setText(this.news, newsWords(news));
  }

  refuse(why: string): void {
    setText(this.refusal, why);
    if (why === '') this.input.removeAttribute('aria-invalid');
    else this.input.setAttribute('aria-invalid', 'true');
  }

  /** @returns whether what is typed can be sent */
  check(): boolean {
    const read = this.draft.read();
    if ('value' in read) return true;
    this.refuse(`It ${read.problem}.`);
    return false;
  }

  focus(): void {
    // One that is closed away cannot have it.
    const details = this.element.closest('details');
    if (details !== null) details.open = true;
    this.input.focus();
  }

  private put(text: string): void {
    const { input } = this;
    this.standing = text;
    const isKnown = !(input instanceof HTMLSelectElement) || hasOption(input, text);
    // A word that a newer service has.
    if (!isKnown) input.append(h('option', { value: text }, visible(text, 60)));
    input.value = text;
  }

  private secondsWords(): string {
    const read = this.draft.read();
    if (!('value' in read) || typeof read.value !== 'number') return '';
    return `= ${formatCount(read.value)} s`;
  }
}

function newsWords(news: Draft['news']): string {
  if (news === null) return '';
  if (news === 'merged') return 'Somebody else has changed this list, too: both changes are in it.';
  const theirs = news.theirs === '' ? 'nothing' : visible(news.theirs, 100);
  return `Somebody else has changed it meanwhile: it is ${theirs} now. Saving puts yours in its place.`;
}

function hasOption({ options }: HTMLSelectElement, value: string): boolean {
  return [...options].some((option) => option.value === value);
}

const PLAIN = { autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' };

function inputFor({ kind = 'text', choices = [] }: FieldSpec): Input {
  switch (kind) {
    case 'choice':
      return h('select', {}, ...choices.map(([value, label]) => h('option', { value }, label)));
    case 'area':
      return h('textarea', { ...PLAIN, rows: 3 });
    case 'number':
    case 'minutes':
      return h('input', { ...PLAIN, type: 'text', inputmode: 'decimal' });
    case 'zone':
      return h('input', { ...PLAIN, type: 'text', list: zones().id });
    case 'text':
      return h('input', { ...PLAIN, type: 'text' });
  }
}

/** The names of time zones that the browser knows, once on the page. */
function zones(): HTMLElement {
  const standing = document.getElementById('zones');
  if (standing !== null) return standing;
  const names = typeof Intl.supportedValuesOf === 'function' ? zoneNames() : [];
  const list = h('datalist', { id: 'zones' }, ...names.map((value) => h('option', { value })));
  document.body.append(list);
  return list;
}

const zoneNames = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone')];
