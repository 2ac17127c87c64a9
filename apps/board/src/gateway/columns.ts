import type { AdminSessionDto } from '#contracts';
import { Action } from '../shared/action.js';
import { button, h, setAttribute, setText, told } from '../shared/dom.js';
import { formatDuration } from '../shared/format.js';
import { writeHash } from '../shared/hash.js';
import { shortId, visible } from '../shared/visible.js';
import type { Desk } from './desk.js';
import { askToStop, nameOf, release } from './orders.js';
import { type Column, textColumn } from './session-table.js';
import { endOf } from './timeline.js';
import { When } from './times.js';
import { STATES, wordFor } from './words.js';

/** The session, leading to its whole life. */
export const SESSION: Column = {
  title: 'Session',
  cell: ({ id, accountId }) => {
    const content = h('a', { href: writeHash('find', id) }, h('bdi', {}, shortId(id)));
    setAttribute(content, 'aria-label', `Session ${shortId(id)} of ${visible(accountId, 40)}`);
    return { content, update: () => undefined };
  },
};

/** The account, leading to its live sessions. */
export const ACCOUNT: Column = {
  title: 'Account',
  cell: ({ accountId }) => ({
    content: h('a', { href: writeHash('live', accountId) }, told(accountId, 60)),
    update: () => undefined,
  }),
};

export const STATE: Column = {
  title: 'State',
  cell: () => {
    const content = h('span', { class: 'state' });
    return {
      content,
      update: ({ state }) => {
        content.dataset['state'] = state;
        setText(content, wordFor(STATES, state));
      },
    };
  },
};

export const PAGE: Column = textColumn('Page', ({ origin }) =>
  origin === null ? 'a server' : visible(origin, 80),
);

export const USED: Column = textColumn('Used', ({ seconds, billed }) =>
  formatDuration(billed?.seconds ?? seconds),
);

export const ENDED: Column = textColumn('Ended because', (session) =>
  visible(endOf(session) ?? 'not known', 80),
);

export const WHY: Column = textColumn('Last error', ({ lastError }) =>
  lastError === null ? 'none' : visible(lastError, 200),
);

export const ATTEMPTS: Column = textColumn('Attempts', ({ attempts }) => String(attempts));

/** A column of an instant. */
export function timeColumn(
  { board }: Desk,
  title: string,
  timeOf: (session: AdminSessionDto) => string | null,
): Column {
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
export function stopColumn(desk: Desk): Column {
  return {
    title: 'Order',
    cell: (first) => {
      let session = first;
      const content = button('Stop …', 'plain', () => askToStop(desk, session));
      setAttribute(content, 'aria-label', `Stop ${nameOf(first)} …`);
      return {
        content,
        update: (fresh) => {
          session = fresh;
          content.hidden = fresh.state === 'stopping';
        },
      };
    },
  };
}

/** Sends a parked transcript again. */
export function releaseColumn(desk: Desk): Column {
  const words = { idle: 'Release', pending: 'Releasing …' };
  return {
    title: 'Order',
    cell: (session) => {
      const action = new Action(words, 'plain', () => release(desk, session), nameOf(session));
      return { content: action.element, update: () => undefined };
    },
  };
}
