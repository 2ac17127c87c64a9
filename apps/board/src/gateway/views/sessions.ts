import type { AdminSessionDto, AdminSessionPageDto, SessionGroup } from '#contracts';
import { button, h, setChildren, setText } from '../../shared/dom.js';
import { linkTo } from '../../shared/facts.js';
import { counted } from '../../shared/format.js';
import { writeHash } from '../../shared/hash.js';
import { idForm } from '../../shared/id-form.js';
import { type Column, Table } from '../../shared/table.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import { atPetya } from '../at-petya.js';
import {
  ACCOUNT,
  ATTEMPTS,
  ENDED,
  PAGE,
  releaseColumn,
  SESSION,
  STATE,
  stopColumn,
  timeColumn,
  USED,
  WHY,
} from '../columns.js';
import { type Desk, PAGE_LIMIT } from '../desk.js';
import { askToStopAccount, askToStopAll } from '../orders.js';

interface ListWords {
  readonly group: SessionGroup;
  readonly title: string;
  readonly about: string;
  readonly empty: string;
}

const WORDS: Readonly<Record<SessionGroup, ListWords>> = {
  live: {
    group: 'live',
    title: 'Live sessions',
    about: 'They hold a slot of their account, and are billed while they run. The oldest first.',
    empty: 'No session is live.',
  },
  waiting: {
    group: 'waiting',
    title: 'Waiting transcripts',
    about: 'Their sessions are over, and they go to Petya by themselves. The oldest first.',
    empty: 'No transcript waits.',
  },
  parked: {
    group: 'parked',
    title: 'Parked transcripts',
    about: 'Petya refuses them. Mend the cause, then release them: they are sent again.',
    empty: 'Petya refuses none.',
  },
};

/** The path of each list; waiting and parked ones have the same name. */
export function sessionsView(
  desk: Desk,
  group: SessionGroup,
  [accountId]: readonly string[],
): View {
  return new SessionList(desk, WORDS[group], accountId).view();
}

/** One page of a list, asked for again and again. */
class SessionList {
  private readonly heading: HTMLHeadingElement;
  private readonly table: Table<AdminSessionDto>;
  private readonly empty = h('p', { class: 'empty' });
  private readonly pages = h('p', { class: 'pages' });
  private readonly orders = h('div', { class: 'buttons' });
  /** The cursors of the pages before this one and of this; the first page has none. */
  private trail: (string | undefined)[] = [undefined];
  private next: string | null = null;
  /** A page was asked for and is not there yet. */
  private isTurning = false;
  private shown: readonly AdminSessionDto[] = [];

  constructor(
    private readonly desk: Desk,
    private readonly words: ListWords,
    private readonly accountId: string | undefined,
  ) {
    const title =
      accountId === undefined ? words.title : `${words.title} of ${visible(accountId, 60)}`;
    this.heading = h('h1', {}, title);
    this.table = new Table(
      title,
      this.columns(),
      ({ id }) => id,
      () => this.heading.focus(),
    );
    this.table.show([]);
    if (words.group === 'live') this.orders.append(this.stopButton());
  }

  view(): View {
    const { words } = this;
    return {
      title: words.title,
      heading: this.heading,
      content: [
        h('p', { class: 'about' }, words.about),
        this.filter(),
        this.orders,
        this.empty,
        this.table.element,
        this.pages,
      ],
      load: (signal) => this.load(signal),
    };
  }

  private async load(signal: AbortSignal): Promise<void> {
    const { trail } = this;
    const query = {
      group: this.words.group,
      limit: String(PAGE_LIMIT),
      accountId: this.accountId,
      cursor: trail[trail.length - 1],
    };
    const page = await this.desk.board.api.get<AdminSessionPageDto>('sessions', query, signal);
    // Another page was asked for meanwhile.
    if (trail !== this.trail) return;
    this.isTurning = false;
    this.shown = page.items;
    this.next = page.nextCursor;
    this.table.show(page.items);
    const isFirst = trail.length === 1;
    const isEmpty = page.items.length === 0;
    const isNone = isFirst && this.next === null;
    setText(this.empty, isEmpty ? (isNone ? this.words.empty : 'This page is empty by now.') : '');
    this.orders.hidden = isEmpty && isFirst && this.accountId !== undefined;
    this.showPages();
  }

  private showPages(): void {
    const before = this.trail.length - 1;
    const isOnly = before === 0 && this.next === null;
    if (isOnly) setText(this.pages, '');
    else {
      const words = `${counted(this.shown.length, 'session')} on page ${this.trail.length}.`;
      const first = before === 0 ? null : this.turnButton('First page', () => [undefined]);
      // The page may begin and end elsewhere by the time the button is pressed.
      const further =
        this.next === null
          ? null
          : this.turnButton('Next page', () => [...this.trail, this.next ?? undefined]);
      // A button that has the focus is not to be replaced by its like.
      const standing = [...this.pages.querySelectorAll('button')].map((each) => each.textContent);
      const wanted = [first, further].flatMap((each) => each?.textContent ?? []);
      if (standing.join() !== wanted.join() || this.pages.firstChild?.textContent !== words) {
        setChildren(this.pages, words, first, further);
      }
    }
  }

  private turnButton(label: string, trail: () => (string | undefined)[]): HTMLButtonElement {
    return button(label, 'plain', () => {
      const wanted = trail();
      // A further page is known by the one before it, the first one by itself.
      if (this.isTurning && wanted.length > 1) return;
      this.isTurning = true;
      this.trail = wanted;
      this.heading.focus();
      this.desk.board.refresh();
    });
  }

  private columns(): Column<AdminSessionDto>[] {
    const { desk } = this;
    const seen = timeColumn(desk, 'Last sign of life', ({ seenAt }) => seenAt);
    const since = timeColumn(desk, 'Since', ({ startedAt, createdAt }) => startedAt ?? createdAt);
    const ended = timeColumn(desk, 'Ended', ({ endedAt }) => endedAt);
    switch (this.words.group) {
      case 'live':
        return [SESSION, ACCOUNT, STATE, PAGE, since, USED, seen, stopColumn(desk)];
      case 'waiting':
        return [SESSION, ACCOUNT, STATE, ended, ENDED, USED, ATTEMPTS, WHY];
      case 'parked':
        return [SESSION, ACCOUNT, WHY, ended, USED, ATTEMPTS, releaseColumn(desk)];
    }
  }

  private filter(): HTMLElement {
    const { accountId } = this;
    const { group } = this.words;
    const petyaBoard = this.desk.overview.value?.petya.boardUrl ?? null;
    const links =
      accountId === undefined
        ? []
        : [
            h('a', { href: writeHash(group) }, 'All accounts'),
            h('a', { href: writeHash('usage', accountId) }, 'Its usage'),
            petyaBoard && linkTo(atPetya(petyaBoard, accountId), 'Its settings'),
          ];
    return idForm(this.desk.board.api, {
      label: 'Only of account',
      value: accountId,
      order: 'Show',
      kind: 'plain',
      beside: links,
      run: (wanted) => {
        location.hash = writeHash(group, ...(wanted === '' ? [] : [wanted]));
      },
    });
  }

  private stopButton(): HTMLButtonElement {
    const { accountId } = this;
    if (accountId === undefined) {
      return button('Stop all sessions …', 'risky', () => askToStopAll(this.desk));
    }
    return button("Stop this account's sessions …", 'risky', () => {
      const isWhole = this.trail.length === 1 && this.next === null;
      askToStopAccount(this.desk, accountId, isWhole ? this.shown.length : null);
    });
  }
}
