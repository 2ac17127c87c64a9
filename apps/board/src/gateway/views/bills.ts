import type {
  ReconciliationDto,
  ReconciliationListDto,
  ReconciliationSummaryDto,
  ReconciliationUnderWayDto,
} from '#contracts';
import { Action } from '../../shared/action.js';
import { apiPath } from '../../shared/api.js';
import { h, setText } from '../../shared/dom.js';
import {
  capital,
  counted,
  formatAge,
  formatClock,
  formatCount,
  formatMinutes,
  utcDay,
} from '../../shared/format.js';
import { writeHash } from '../../shared/hash.js';
import { PatchedList } from '../../shared/patch-list.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import type { Desk } from '../desk.js';
import { type Fact, Facts } from '../../shared/facts.js';
import { wordFor, VERDICTS } from '../words.js';

/** The vendor's bills beside our records: the days, or one of them. */
export function billsView(desk: Desk, [day]: readonly string[]): View {
  return day === undefined ? listView(desk) : dayView(desk, day);
}

function listView(desk: Desk): View {
  const { board } = desk;
  const heading = h('h1', {}, 'Bills');
  const days = h('ul', { class: 'days' });
  const empty = h('p', { class: 'empty' });
  const list = new PatchedList<ReconciliationSummaryDto>(
    days,
    ({ day, vendor }) => `${day} ${vendor}`,
    () => dayRow(desk),
    () => heading.focus(),
  );
  const words = { idle: "Compare yesterday's again", pending: 'Comparing …' };
  const again = new Action(words, 'strong', async () => {
    await compare(desk, utcDay(board.clock.nowMs(), -1));
  });
  return {
    title: 'Bills',
    heading,
    content: [
      h('p', { class: 'about' }, "The vendor's bills beside our records, by day of UTC."),
      h('div', { class: 'buttons' }, again.element),
      empty,
      days,
    ],
    load: async (signal) => {
      const { items } = await board.api.get<ReconciliationListDto>('reconciliations', {}, signal);
      list.show(items);
      setText(empty, items.length === 0 ? 'No day was compared yet.' : '');
    },
  };
}

/** Compares a day now. @returns whether its report comes later; null where it was refused */
async function compare({ board }: Desk, day: string): Promise<boolean | null> {
  let isLater: boolean | null = null;
  await board.act(async () => {
    const path = apiPath('reconciliations', day);
    type Made = ReconciliationDto | ReconciliationUnderWayDto;
    const made = await board.api.send<Made>('POST', path);
    isLater = 'state' in made;
    if ('state' in made) return `${visible(made.day)} is being compared: its report comes here.`;
    return `${visible(made.day)} is compared: ${differing(made)}.`;
  });
  return isLater;
}

function dayRow({ board }: Desk) {
  const link = h('a');
  const facts = new Facts();
  const element = h('li', {}, h('h2', {}, link), facts.element);
  return {
    element,
    update: (summary: ReconciliationSummaryDto): void => {
      link.href = writeHash('bills', summary.day);
      setText(link, `${visible(summary.day, 40)}, ${visible(summary.vendor, 40)}`);
      element.dataset['tone'] = summary.differing > 0 ? 'watch' : 'calm';
      facts.show(sumsOf(summary, board.clock.nowMs()));
    },
  };
}

function differing({ differing: count }: ReconciliationSummaryDto): string {
  return count === 0 ? 'nothing differs' : counted(count, 'session differs', 'sessions differ');
}

function sumsOf(summary: ReconciliationSummaryDto, nowMs: number): Fact[] {
  const { sums, madeAt } = summary;
  return [
    { name: 'Result', value: differing(summary) },
    { name: 'Made', value: formatAge(Date.parse(madeAt), nowMs) },
    {
      name: 'Here',
      value: `${counted(sums.sessions, 'session')}, ${formatMinutes(sums.seconds)}`,
    },
    {
      name: 'At the vendor',
      value: `${counted(sums.vendorSessions, 'session')}, ${formatMinutes(sums.vendorSeconds)}`,
    },
    { name: 'Credits', value: formatCount(sums.credits) },
  ];
}

/** So many sessions are shown at once. */
const SHOWN = 50;

/** One day with the sessions that differ; asked for once, and again after it was made anew. */
function dayView(desk: Desk, day: string): View {
  const { board } = desk;
  const heading = h('h1', {}, `Bill of ${visible(day, 40)}`);
  const facts = new Facts('wide');
  const rows = h('ul', { class: 'days' });
  const rest = h('p', { class: 'pages' });
  let shown: ReconciliationDto | null = null;
  /** Whether it is asked for again; where another one comes, until that is there. */
  let isWanted = true;
  let comesAfter: string | null = null;
  const words = { idle: 'Compare it again', pending: 'Comparing …' };
  const again = new Action(words, 'plain', async () => {
    const isLater = await compare(desk, day);
    if (isLater === null) return;
    comesAfter = isLater ? (shown?.madeAt ?? null) : null;
    isWanted = true;
    board.refresh();
  });
  const showSums = (report: ReconciliationDto): void => {
    const verdicts = Object.entries(report.verdicts).map(([verdict, count]) => ({
      name: capital(wordFor(VERDICTS, verdict)),
      value: formatCount(count),
    }));
    facts.show([...sumsOf(report, board.clock.nowMs()), ...verdicts]);
  };
  const showRows = (report: ReconciliationDto): void => {
    rows.replaceChildren(...report.rows.slice(0, SHOWN).map(differenceRow));
    const more = report.rows.length - SHOWN;
    setText(rest, more > 0 ? `${counted(more, 'more session')} in the API's own report.` : '');
  };
  return {
    title: `Bill of ${visible(day, 20)}`,
    heading,
    content: [
      h('p', {}, h('a', { href: writeHash('bills') }, 'All days')),
      h('div', { class: 'card' }, facts.element),
      h('div', { class: 'buttons' }, again.element),
      rows,
      rest,
    ],
    load: async (signal) => {
      if (isWanted || shown === null) {
        const path = apiPath('reconciliations', day);
        const report = await board.api.get<ReconciliationDto>(path, {}, signal);
        if (report.madeAt !== comesAfter) showRows(report);
        isWanted = report.madeAt === comesAfter;
        shown = report;
      }
      showSums(shown);
    },
  };
}

function differenceRow(row: ReconciliationDto['rows'][number]): HTMLElement {
  const { verdict, id, sessionId, accountId, startedAt, seconds, vendorSeconds, credits } = row;
  const facts = new Facts();
  const named = id ?? sessionId;
  const inSeconds = (amount: number | null): string =>
    amount === null ? 'none' : `${formatCount(amount)} s`;
  facts.show([
    named === null
      ? { name: 'Session', value: 'unknown' }
      : { name: 'Session', value: named, href: writeHash('find', named) },
    { name: 'Account', value: accountId ?? 'unknown' },
    { name: 'Started', value: formatClock(startedAt, 0) },
    { name: 'Here', value: inSeconds(seconds) },
    { name: 'At the vendor', value: inSeconds(vendorSeconds) },
    { name: 'Credits', value: credits === null ? 'not told' : formatCount(credits) },
  ]);
  return h('li', {}, h('h2', {}, capital(wordFor(VERDICTS, verdict))), facts.element);
}
