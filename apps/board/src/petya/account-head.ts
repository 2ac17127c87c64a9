import type { AccountDto } from '#contracts';
import { h, setAttribute, setText } from '../shared/dom.js';
import { writeHash } from '../shared/hash.js';
import { PatchedList } from '../shared/patch-list.js';
import { visible } from '../shared/visible.js';
import { type Trouble, troublesOf } from './account-words.js';
import { accountPath, type Desk } from './desk.js';

export type Tab = 'settings' | 'keys' | 'usage';

const TABS: readonly (readonly [tab: Tab, label: string])[] = [
  ['settings', 'Settings'],
  ['keys', 'Keys and embed code'],
  ['usage', 'Usage'],
];

/** What stands above each view of one account: its name, the way to the others, and what is wrong. */
export class AccountHead {
  readonly heading = h('h1', {}, 'Account');
  readonly content: readonly HTMLElement[];
  private readonly troubles: PatchedList<Trouble>;

  constructor(
    private readonly desk: Desk,
    readonly accountId: string,
    tab: Tab,
  ) {
    const list = h('ul', { class: 'troubles' });
    this.troubles = new PatchedList<Trouble>(
      list,
      ({ words }) => words,
      ({ tone, words }) => ({
        element: h('li', { 'data-tone': tone }, h('span', {}, visible(words))),
        update: () => undefined,
      }),
      () => undefined,
    );
    const links = TABS.map(([each, label]) => {
      const link = h('a', { href: writeHash('accounts', accountId, each) }, label);
      setAttribute(link, 'aria-current', each === tab ? 'page' : null);
      return h('li', {}, link);
    });
    this.content = [
      h('p', { class: 'about' }, 'Account ', h('bdi', { class: 'told' }, visible(accountId))),
      h('nav', { 'aria-label': 'This account' }, h('ul', {}, ...links)),
      list,
    ];
  }

  /** @throws Problem */
  async load(signal?: AbortSignal): Promise<AccountDto> {
    const { board } = this.desk;
    const account = await board.api.get<AccountDto>(accountPath(this.accountId), {}, signal);
    this.show(account);
    return account;
  }

  show(account: AccountDto): void {
    const name = visible(account.name, 100);
    setText(this.heading, name === '' ? 'An account without a name' : name);
    this.desk.board.frame.name(name === '' ? 'Account' : name);
    this.troubles.show(troublesOf(account));
  }
}
