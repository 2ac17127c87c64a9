import type { AccountDto, UsageDto } from '#contracts';
import { field, h, setChildren, setText } from '../../shared/dom.js';
import { writeHash } from '../../shared/hash.js';
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
  let isShown = false;
  return {
    title: 'Usage',
    heading: head.heading,
    content: [...head.content, place],
    load: async (signal) => {
      const { limits } = await head.load(signal);
      if (isShown) return;
      const { timeZone = 'UTC' } = limits;
      const [from, to] = rangeOf(range, timeZone, desk.board.clock.nowMs());
      const form = rangeForm(accountId, timeZone, from, to);
      const shown = h('div');
      setChildren(place, form, shown);
      isShown = true;
      const path = accountPath(accountId, 'usage');
      const query = { from, to, timeZone };
      try {
        const usage = await desk.board.api.get<UsageDto>(path, query, signal);
        setChildren(shown, ...drawingOf(usage, desk.board.clock.nowMs()));
      } catch (error) {
        isShown = false;
        throw error;
      }
    },
  };
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
