import type { UsageDto } from '#contracts';
import { field, h, setChildren, setText } from '../../shared/dom.js';
import { utcDay } from '../../shared/format.js';
import { writeHash } from '../../shared/hash.js';
import { idForm } from '../../shared/id-form.js';
import { drawingOf } from '../../shared/usage-drawing.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import type { Desk } from '../desk.js';

/** What an account has used by day. It is asked for once: a month of a large account is work. */
export function usageView(desk: Desk, [accountId, from, to]: readonly string[]): View {
  const { board } = desk;
  const heading = h('h1', {}, 'Usage');
  const form = rangeForm(desk, { accountId, from, to });
  if (accountId === undefined) return { title: 'Usage', heading, content: [form] };
  setText(heading, `Usage of ${visible(accountId, 60)}`);
  const shown = h('div');
  let isShown = false;
  const load = async (signal: AbortSignal): Promise<void> => {
    if (isShown) return;
    const usage = await board.api.get<UsageDto>('usage', { accountId, from, to }, signal);
    isShown = true;
    setChildren(shown, ...drawingOf(usage, board.clock.nowMs()));
  };
  return { title: 'Usage', heading, content: [form, shown], load };
}

interface Range {
  readonly accountId: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

function rangeForm({ board }: Desk, range: Range): HTMLElement {
  const today = utcDay(board.clock.nowMs());
  const from = h('input', { type: 'date' });
  const to = h('input', { type: 'date' });
  from.value = range.from ?? `${today.slice(0, 8)}01`;
  to.value = range.to ?? today;
  return idForm(board.api, {
    label: 'Account',
    value: range.accountId,
    order: 'Show',
    more: [field('From (UTC)', from), field('To (UTC)', to)],
    run: (wanted) => {
      if (wanted === '') return;
      const days = from.value === '' || to.value === '' ? [] : [from.value, to.value];
      const hash = writeHash('usage', wanted, ...days);
      // The same once more is asked anew.
      if (location.hash === hash) dispatchEvent(new HashChangeEvent('hashchange'));
      else location.hash = hash;
    },
  });
}
