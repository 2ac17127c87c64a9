import type { UsageDto } from '#contracts';
import { field, h, setChildren, setText, svg } from '../../shared/dom.js';
import { formatClock, formatCount, formatMinutes, utcDay } from '../../shared/format.js';
import { writeHash } from '../../shared/hash.js';
import { idForm } from '../../shared/id-form.js';
import { Table, textColumn } from '../../shared/table.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import { type Bar, barsOf, scaleOf, summaryOf } from '../bars.js';
import type { Desk } from '../desk.js';
import { Facts } from '../../shared/facts.js';

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

/** What was used, as a chart and as a table; the boards of both apps have it. */
export function drawingOf(usage: UsageDto, nowMs: number): HTMLElement[] {
  const bars = barsOf(usage);
  const facts = new Facts('wide');
  facts.show([
    { name: 'Used', value: formatMinutes(usage.total.seconds) },
    { name: 'Sessions', value: formatCount(usage.total.sessions) },
    { name: 'Credits', value: formatCount(usage.total.credits) },
    { name: 'As of', value: formatClock(nowMs, nowMs) },
  ]);
  const summary = visible(summaryOf(usage, bars));
  const scale = scaleOf(bars);
  return [
    h(
      'figure',
      {},
      facts.element,
      h('p', { class: 'scale', 'aria-hidden': true }, formatMinutes(scale)),
      chart(bars, scale, summary),
      h(
        'p',
        { class: 'axis', 'aria-hidden': true },
        h('span', {}, dayWords(bars[0])),
        h('span', {}, dayWords(bars.at(-1))),
      ),
      h('figcaption', {}, summary),
    ),
    h('details', {}, h('summary', {}, 'As a table'), tableOf(bars)),
  ];
}

function dayWords(bar: Bar | undefined): string {
  return visible(bar?.name ?? '', 40);
}

const HEIGHT = 100;

function chart(bars: readonly Bar[], scale: number, summary: string): SVGElement {
  const drawn = bars.map(({ name, seconds }, at) => {
    const height = (HEIGHT * seconds) / scale;
    const title = svg('title', {}, `${visible(name, 40)}: ${formatMinutes(seconds)}`);
    const place = { x: at + 0.1, y: HEIGHT - height, width: 0.8, height };
    return svg('rect', place, title);
  });
  return svg(
    'svg',
    {
      class: 'chart',
      role: 'img',
      'aria-label': summary,
      viewBox: `0 0 ${bars.length} ${HEIGHT}`,
      preserveAspectRatio: 'none',
    },
    ...drawn,
  );
}

function tableOf(bars: readonly Bar[]): HTMLElement {
  const columns = [
    textColumn<Bar>('Day or month', 'bdi', dayWords),
    textColumn<Bar>('Used', 'span', ({ seconds }) => formatMinutes(seconds)),
    textColumn<Bar>('Sessions', 'span', ({ sessions }) => formatCount(sessions)),
    textColumn<Bar>('Credits', 'span', ({ credits }) => formatCount(credits)),
  ];
  const table = new Table(
    'Usage by day or month',
    columns,
    ({ name }) => name,
    () => undefined,
  );
  table.show(bars);
  return table.element;
}
