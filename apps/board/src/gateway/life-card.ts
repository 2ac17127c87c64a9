import type { LifeDto, SessionState } from '#contracts';
import { Action } from '../shared/action.js';
import { button, h, setHidden, setText } from '../shared/dom.js';
import { formatAge, formatClock } from '../shared/format.js';
import { writeHash } from '../shared/hash.js';
import { PatchedList, type Row } from '../shared/patch-list.js';
import { shortId, visible } from '../shared/visible.js';
import { atPetya } from './at-petya.js';
import type { Desk } from './desk.js';
import { type Fact, Facts } from '../shared/facts.js';
import { askToStop, redeliver, release } from './orders.js';
import { costOf, endOf, type Happening, timelineOf } from './timeline.js';
import { When } from '../shared/when.js';
import { MATCHES, STATES, wordFor } from './words.js';

const LIVE: readonly SessionState[] = ['creating', 'created', 'starting', 'active'];

/** One session's whole life: what has happened, what will, and what may be ordered. */
export function lifeCard(desk: Desk, first: LifeDto, isOpen: boolean): Row<LifeDto> {
  let life = first;
  const name = h('span');
  const summary = h('summary', {}, h('h2', {}, name));
  const facts = new Facts('wide');
  const events = h('ol', { class: 'timeline' });
  const timeline = new PatchedList<Happening>(
    events,
    ({ at, what }) => `${at} ${what}`,
    () => happeningRow(desk),
    () => undefined,
  );
  const stop = button('Stop …', 'risky', () => askToStop(desk, life.session));
  const again = new Action({ idle: 'Release', pending: 'Releasing …' }, 'strong', () =>
    release(desk, life.session),
  );
  const more = new Action({ idle: 'Deliver again', pending: 'Ordering …' }, 'plain', () =>
    redeliver(desk, life.session),
  );
  const orders = h('div', { class: 'buttons' }, stop, again.element, more.element);
  const element = h(
    'details',
    { class: 'life', open: isOpen },
    summary,
    orders,
    h('h3', {}, 'What has happened, and what comes'),
    events,
    h('h3', {}, 'Everything else'),
    facts.element,
  );
  return {
    element,
    update: (fresh) => {
      life = fresh;
      const { session } = fresh;
      setText(name, `${shortId(session.id)}: ${wordFor(STATES, session.state)}`);
      setHidden(stop, !LIVE.includes(session.state));
      setHidden(again.element, session.state !== 'parked');
      setHidden(more.element, session.state !== 'delivered');
      orders.hidden = [...orders.children].every((order) => (order as HTMLElement).hidden);
      timeline.show(timelineOf(fresh, desk.board.clock.nowMs()));
      const petyaBoard = desk.overview.value?.petya.boardUrl ?? null;
      facts.show(factsOf(fresh, petyaBoard, desk.board.clock.nowMs()));
    },
  };
}

function happeningRow({ board }: Desk): Row<Happening> {
  const [what, more, when] = [h('strong'), h('bdi'), new When()];
  const element = h('li', {}, when.element, h('div', {}, what, ' ', more));
  return {
    element,
    update: (happening) => {
      element.dataset['tense'] = happening.tense;
      setText(what, happening.what);
      setText(more, visible(happening.more, 200));
      when.show(happening.at, board.clock.nowMs());
    },
  };
}

function factsOf(life: LifeDto, petyaBoard: string | null, nowMs: number): Fact[] {
  const { session, lease, reading, delivery } = life;
  const fact = (name: string, value: string | null): Fact[] =>
    value === null ? [] : [{ name, value }];
  const ofTime = (name: string, at: string | null): Fact[] =>
    fact(name, at && `${formatClock(at, nowMs)} · ${formatAge(Date.parse(at), nowMs)}`);
  return [
    { name: 'Account', value: session.accountId, href: writeHash('live', session.accountId) },
    { name: 'Usage', value: 'of this account', href: writeHash('usage', session.accountId) },
    ...(petyaBoard === null
      ? []
      : [{ name: 'Settings', value: 'at Petya', href: atPetya(petyaBoard, session.accountId) }]),
    ...fact('Vendor', life.vendor),
    ...fact('Page', session.origin ?? 'a server, or forgotten'),
    ...fact('Cost', costOf(session)),
    ...fact('Ended because', endOf(session)),
    ...ofTime('Last sign of life', session.seenAt),
    ...fact('Found by', wordFor(MATCHES, life.match)),
    ...fact('Our id', session.id),
    ...fact("Vendor's id", session.sessionId),
    ...fact('Conversation', session.conversationId),
    ...fact('Trace', life.traceId),
    ...fact('Worked on by', lease && `${lease.owner}, for ${lease.lane}`),
    ...ofTime('Worked on until', lease?.until ?? null),
    ...fact('Turns known', readingOf(reading)),
    ...fact('Failed readings in a row', reading.failures > 0 ? String(reading.failures) : null),
    ...fact('Version', `${session.version}, Petya has ${session.deliveredVersion}`),
    ...fact('Delivery attempts', String(session.attempts)),
    ...ofTime('Next delivery', delivery.nextAttemptAt),
    ...fact('Last error', session.lastError),
    ...ofTime('Asked to end again', life.stop?.nextAt ?? null),
  ];
}

function readingOf({ turns, complete, truncated }: LifeDto['reading']): string {
  const whole = complete ? 'the record is whole' : 'the record is not whole yet';
  return `${turns}, ${whole}${truncated ? ', and there was more than may be kept' : ''}`;
}
