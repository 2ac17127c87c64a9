import type { OverviewDto } from '#contracts';
import { h, setAttribute, setText } from '../../shared/dom.js';
import {
  capital,
  counted,
  formatAge,
  formatCount,
  formatMinutes,
  formatRough,
} from '../../shared/format.js';
import { writeHash } from '../../shared/hash.js';
import { PatchedList } from '../../shared/patch-list.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import type { Desk } from '../desk.js';
import { type Fact, Facts } from '../../shared/facts.js';
import { headlineOf, type Trouble, troublesOf } from '../headline.js';
import { STATES } from '../words.js';

/** How everything stands, in a sentence, then in numbers. */
export function nowView({ board, overview }: Desk): View {
  const heading = h('h1', { class: 'headline' });
  const list = h('ul', { class: 'troubles' });
  const troubles = new PatchedList<Trouble>(
    list,
    ({ key }) => key,
    troubleRow,
    () => heading.focus(),
  );
  const tiles = new Tiles();
  const [states, minutes, work, bill] = [new Facts(), new Facts(), new Facts(), new Facts()];
  const end = overview.watch((seen) => {
    const nowMs = board.clock.nowMs();
    const found = troublesOf(seen, nowMs);
    const { text, tone } = headlineOf(found);
    setText(heading, visible(text));
    heading.dataset['tone'] = tone;
    // That opening is paused stands above every view.
    const told = found.filter(({ topic }) => topic !== 'Opening');
    list.hidden = told.length === 0;
    troubles.show(told);
    tiles.show(seen);
    states.show(statesOf(seen));
    minutes.show(minutesOf(seen, nowMs));
    work.show(workOf(seen));
    bill.show(billOf(seen, nowMs));
  });
  return {
    title: 'Now',
    heading,
    content: [
      list,
      tiles.element,
      h(
        'div',
        { class: 'columns' },
        section('Minutes and credits', minutes),
        section('Work', work),
        section('Sessions by state', states),
        section("Yesterday's bill", bill),
      ),
    ],
    close: end,
  };
}

function section(title: string, facts: Facts): HTMLElement {
  return h('section', {}, h('h2', {}, title), facts.element);
}

function troubleRow({ topic, path, about, where }: Trouble) {
  const words = h('span');
  const href = writeHash(path, ...(about === undefined ? [] : [about]));
  // Whoever is told of these counts looks at them.
  const link = path === 'now' ? [] : [' ', h('a', { href }, where)];
  const element = h('li', {}, h('strong', {}, topic), ' ', words, ...link);
  return {
    element,
    update: ({ text, isGrave }: Trouble): void => {
      element.dataset['tone'] = isGrave ? 'wrong' : 'watch';
      setText(words, visible(text));
    },
  };
}

/** The three lists, each with how long it is. */
class Tiles {
  private readonly counts = {
    live: h('strong', {}, '–'),
    waiting: h('strong', {}, '–'),
    parked: h('strong', {}, '–'),
  };
  private readonly parked = tile('parked', this.counts.parked, 'parked, refused by Petya');
  readonly element = h(
    'ul',
    { class: 'tiles' },
    h('li', {}, tile('live', this.counts.live, 'live')),
    h('li', {}, tile('waiting', this.counts.waiting, 'over, on the way to Petya')),
    h('li', {}, this.parked),
  );

  show({ sessions }: OverviewDto): void {
    setText(this.counts.live, formatCount(sessions.live));
    setText(this.counts.waiting, formatCount(sessions.stopped + sessions.final));
    setText(this.counts.parked, formatCount(sessions.parked));
    setAttribute(this.parked, 'data-tone', sessions.parked > 0 ? 'wrong' : 'calm');
  }
}

function tile(path: string, count: HTMLElement, words: string): HTMLAnchorElement {
  return h('a', { href: writeHash(path) }, count, ' ', words);
}

function statesOf({ sessions }: OverviewDto): Fact[] {
  const { live: _live, ...states } = sessions;
  return Object.entries(states).map(([state, count]) => ({
    name: capital(STATES[state as keyof typeof states]),
    value: formatCount(count),
  }));
}

function minutesOf({ usedSeconds, vendors }: OverviewDto, nowMs: number): Fact[] {
  return [
    { name: 'Today (UTC)', value: usedWords(usedSeconds.today) },
    { name: 'This month (UTC)', value: usedWords(usedSeconds.month) },
    ...vendors.map(({ name, creditsLeft, creditsReadAt }) => ({
      name: `Credits at ${visible(name, 40)}`,
      value:
        creditsLeft === null
          ? 'not told'
          : `${formatCount(creditsLeft)}${creditsReadAt === null ? '' : `, read ${formatAge(Date.parse(creditsReadAt), nowMs)}`}`,
    })),
  ];
}

/** @param seconds null until they are added up */
function usedWords(seconds: number | null): string {
  return seconds === null ? 'not added up yet' : formatMinutes(seconds);
}

function workOf({ lagSeconds, petya, vendors }: OverviewDto): Fact[] {
  const late = (seconds: number): string =>
    seconds < 1 ? 'on time' : `${formatRough(seconds)} late`;
  const waited = petya.oldestWaitingSeconds;
  return [
    { name: 'Ending sessions', value: late(lagSeconds.end) },
    { name: 'Looking at sessions', value: late(lagSeconds.life) },
    { name: 'Deliveries', value: late(lagSeconds.outbox) },
    { name: 'Petya', value: petya.reachable ? 'answers' : 'does not answer' },
    {
      name: 'Oldest waiting transcript',
      value: waited === 0 ? 'none waits' : `${formatRough(waited)} old`,
    },
    ...vendors.map(({ name, reachable }) => ({
      name: visible(name, 40),
      value: reachable ? 'answers' : 'does not answer',
    })),
  ];
}

function billOf({ reconciliation }: OverviewDto, nowMs: number): Fact[] {
  const { yesterday } = reconciliation;
  if (yesterday === null) return [{ name: 'Comparison', value: 'not made yet' }];
  const { day, madeAt, differing } = yesterday;
  const value = differing === 0 ? 'none' : counted(differing, 'session');
  return [
    { name: 'Day (UTC)', value: day, href: writeHash('bills', day) },
    { name: 'Differ from our records', value },
    { name: 'Made', value: formatAge(Date.parse(madeAt), nowMs) },
  ];
}
