import type { AdminSessionDto } from '#contracts';
import { Action } from '../shared/action.js';
import { button, h, setAttribute, setHidden, setText, told } from '../shared/dom.js';
import { formatDuration } from '../shared/format.js';
import { writeHash } from '../shared/hash.js';
import { type Column, textColumn } from '../shared/table.js';
import { shortId, visible } from '../shared/visible.js';
import { When } from '../shared/when.js';
import type { Desk } from './desk.js';
import { askToStop, nameOf, release } from './orders.js';
import { endOf } from './timeline.js';
import { STATES, wordFor } from './words.js';

type SessionColumn = Column<AdminSessionDto>;

/** The session, leading to its whole life. */
export const SESSION: SessionColumn = {
  title: 'Session',
  cell: ({ id, accountId }) => {
    const content = h('a', { href: writeHash('find', id) }, h('bdi', {}, shortId(id)));
    setAttribute(content, 'aria-label', `Session ${shortId(id)} of ${visible(accountId, 40)}`);
    return { content, update: () => undefined };
  },
};

/** The account, leading to its live sessions. */
export const ACCOUNT: SessionColumn = {
  title: 'Account',
  cell: ({ accountId }) => ({
    content: h('a', { href: writeHash('live', accountId) }, told(accountId, 60)),
    update: () => undefined,
  }),
};

export const STATE: SessionColumn = {
  title: 'State',
  cell: () => {
    const content = h('bdi', { class: 'state' });
    return {
      content,
      update: ({ state }) => {
        content.dataset['state'] = state;
        setText(content, wordFor(STATES, state));
      },
    };
  },
};

/** Nearly every page is served by TLS. */
export const PAGE: SessionColumn = textColumn('Page', 'bdi', ({ origin }) =>
  origin === null ? 'a server' : visible(origin.replace(/^https:\/\//, ''), 80),
);

export const USED: SessionColumn = textColumn('Used', 'span', ({ seconds, billed }) =>
  formatDuration(billed?.seconds ?? seconds),
);

export const ENDED: SessionColumn = textColumn('Ended because', 'bdi', (session) =>
  visible(endOf(session) ?? 'not known', 80),
);

export const WHY: SessionColumn = textColumn('Last error', 'bdi', ({ lastError }) =>
  lastError === null ? 'none' : visible(lastError, 200),
);

export const ATTEMPTS: SessionColumn = textColumn('Attempts', 'span', ({ attempts }) =>
  String(attempts),
);

/** A column of an instant. */
export function timeColumn(
  { board }: Desk,
  title: string,
  timeOf: (session: AdminSessionDto) => string | null,
): SessionColumn {
  return {
    title,
    cell: () => {
      const when = new When();
      return {
        content: when.element,
        update: (session) => when.show(timeOf(session), board.clock.nowMs()),
      };
    },
  };
}

/** Ends a session, after it was asked whether. */
export function stopColumn(desk: Desk): SessionColumn {
  return {
    title: 'Order',
    isOrder: true,
    cell: (first) => {
      let session = first;
      const content = button('Stop …', 'plain', () => askToStop(desk, session));
      setAttribute(content, 'aria-label', `Stop … ${nameOf(first)}`);
      return {
        content,
        update: (fresh) => {
          session = fresh;
          setHidden(content, fresh.state === 'stopping');
        },
      };
    },
  };
}

/** Sends a parked transcript again. */
export function releaseColumn(desk: Desk): SessionColumn {
  const words = { idle: 'Release', pending: 'Releasing …' };
  return {
    title: 'Order',
    isOrder: true,
    cell: (session) => {
      const action = new Action(words, 'plain', () => release(desk, session), nameOf(session));
      return { content: action.element, update: () => undefined };
    },
  };
}
