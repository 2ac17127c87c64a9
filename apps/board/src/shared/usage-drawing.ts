import type { UsageDto } from '#contracts';
import { type Bar, barsOf, scaleOf, summaryOf } from './bars.js';
import { h, svg } from './dom.js';
import { Facts } from './facts.js';
import { formatClock, formatCount, formatMinutes } from './format.js';
import { Table, textColumn } from './table.js';
import { visible } from './visible.js';

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
