import type { AccountDto, AccountListDto } from '#contracts';
import { field, h, setText } from '../../shared/dom.js';
import { counted } from '../../shared/format.js';
import { writeHash } from '../../shared/hash.js';
import { type Column, Table, textColumn } from '../../shared/table.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import { When } from '../../shared/when.js';
import { capsOf, isMeant, sitesOf, stateOf } from '../account-words.js';
import { type Desk, PAGE_LIMIT } from '../desk.js';
import { Pages } from '../pages.js';
import { plainInput } from '../plain-input.js';

/** All accounts, a page at a time, in the order in which they were made. */
export function accountsView(desk: Desk): View {
  const { board } = desk;
  const heading = h('h1', {}, 'Accounts');
  const table = new Table<AccountDto>(
    'Accounts',
    [NAME, STATE, SITES, CAPS, madeColumn(desk)],
    ({ accountId }) => accountId,
    () => heading.focus(),
  );
  let items: readonly AccountDto[] | null = null;
  const filter = plainInput('search');
  const count = h('p', { class: 'empty', role: 'status' });
  const pages = new Pages(() => {
    heading.focus();
    board.refresh();
  });
  const show = (): void => {
    const all = items ?? [];
    const shown = all.filter((account) => isMeant(account, filter.value));
    table.show(shown);
    setText(count, items === null ? '' : countOf(all.length, shown.length));
  };
  filter.addEventListener('input', show);
  table.show([]);
  const form = h(
    'form',
    { class: 'filter', role: 'search', novalidate: true },
    field('Filter', filter, 'A part of a name, an id or a site; of the accounts on this page.'),
  );
  form.addEventListener('submit', (event) => event.preventDefault());
  return {
    title: 'Accounts',
    heading,
    content: [
      form,
      h('p', { class: 'about' }, h('a', { href: writeHash('new') }, 'Make an account')),
      count,
      table.element,
      pages.element,
    ],
    load: async (signal) => {
      const query = { limit: String(PAGE_LIMIT), cursor: pages.cursor };
      const page = await board.api.get<AccountListDto>('accounts', query, signal);
      items = page.items;
      show();
      pages.show(page.nextCursor);
    },
  };
}

function countOf(all: number, shown: number): string {
  if (all === 0) return 'There is no account yet.';
  return shown === all ? '' : `${shown} of ${counted(all, 'account')} on this page.`;
}

const NAME: Column<AccountDto> = {
  title: 'Account',
  cell: ({ accountId }) => {
    const name = h('bdi');
    return {
      content: h('a', { href: writeHash('accounts', accountId) }, name),
      update: (account) => setText(name, visible(account.name, 60) || 'without a name'),
    };
  },
};

const STATE: Column<AccountDto> = {
  title: 'State',
  cell: () => {
    const content = h('span', { class: 'state' });
    return {
      content,
      update: (account) => {
        const { tone, words } = stateOf(account);
        content.dataset['tone'] = tone;
        setText(content, words);
      },
    };
  },
};

const SITES = textColumn<AccountDto>('Sites', 'bdi', (account) => visible(sitesOf(account), 60));

const CAPS = textColumn<AccountDto>('Minutes', 'span', capsOf);

function madeColumn({ board }: Desk): Column<AccountDto> {
  return {
    title: 'Made',
    cell: () => {
      const when = new When();
      return {
        content: when.element,
        update: ({ createdAt }) => when.show(createdAt, board.clock.nowMs()),
      };
    },
  };
}
