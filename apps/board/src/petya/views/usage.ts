import type { AccountDto, UsageDto } from '#contracts';
import { field, h, setChildren, setText } from '../../shared/dom.js';
import { writeHash } from '../../shared/hash.js';
import { Problem } from '../../shared/problem.js';
import type { View } from '../../shared/view.js';
import { drawingOf } from '../../shared/usage-drawing.js';
import { visible } from '../../shared/visible.js';
import { AccountHead } from '../account-head.js';
import { accountPath, type Desk } from '../desk.js';
import { dayIn } from '../day-in.js';

/** What an account has used, by the days of its time zone. It is asked for once: a month may be work. */
export function usageView(desk: Desk, accountId: string, range: readonly string[]): View {
  const head = new AccountHead(desk, accountId, 'usage');
  const place = h('div', { class: 'fields' });
  const shown = h('div');
  const drawing = new Drawing(desk, accountPath(accountId, 'usage'), shown);
  let days: { readonly from: string; readonly to: string; readonly timeZone: string } | null = null;
  return {
    title: 'Usage',
    heading: head.heading,
    content: [...head.content, place],
    load: async (signal) => {
      const { limits } = await head.load(signal);
      if (days === null) {
        const { timeZone = 'UTC' } = limits;
        const [from, to] = rangeOf(range, timeZone, desk.board.clock.nowMs());
        days = { from, to, timeZone };
        // Once: what is typed there stays, whatever becomes of the question.
        setChildren(place, rangeForm(accountId, timeZone, from, to), shown);
      }
      await drawing.ask(days, signal);
    },
  };
}

/** What is asked for until it is answered: drawn, or refused. */
class Drawing {
  private isShown = false;
  private refusal: Problem | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly path: string,
    private readonly place: HTMLElement,
  ) {}

  /** @throws Problem the same one, where it was refused */
  async ask(days: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    if (this.refusal !== null) throw this.refusal;
    if (this.isShown) return;
    const { api, clock } = this.desk.board;
    try {
      const usage = await api.get<UsageDto>(this.path, days, signal);
      setChildren(this.place, ...drawingOf(usage, clock.nowMs()));
      this.isShown = true;
    } catch (error) {
      if (error instanceof Problem && error.isAboutAsked) this.refusal = error;
      throw error;
    }
  }
}

/** The days that are asked for, or this month up to today. */
function rangeOf(
  [from, to]: readonly string[],
  timeZone: AccountDto['limits']['timeZone'],
  nowMs: number,
): [from: string, to: string] {
  const today = dayIn(nowMs, timeZone);
  return [from ?? `${today.slice(0, 8)}01`, to ?? today];
}

function rangeForm(accountId: string, timeZone: string, from: string, to: string): HTMLElement {
  const first = h('input', { type: 'date' });
  const last = h('input', { type: 'date' });
  first.value = from;
  last.value = to;
  const refusal = h('p', { class: 'refusal', role: 'alert' });
  const form = h(
    'form',
    { class: 'filter', novalidate: true },
    field('From', first),
    field('To', last),
    h('button', { type: 'submit', class: 'strong' }, 'Show'),
    h('p', { class: 'hint' }, `Days in ${visible(timeZone)}, as delivered sessions tell.`),
    refusal,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const isWhole = first.value !== '' && last.value !== '';
    setText(refusal, isWhole ? '' : 'Choose both days.');
    if (!isWhole) return;
    const hash = writeHash('accounts', accountId, 'usage', first.value, last.value);
    // The same once more is asked anew.
    if (location.hash === hash) dispatchEvent(new HashChangeEvent('hashchange'));
    else location.hash = hash;
  });
  return form;
}
