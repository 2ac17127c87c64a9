import type { AddressesDto } from '#contracts';
import { Board } from '../shared/board.js';
import { Watched } from '../shared/watched.js';
import type { Desk } from './desk.js';
import { standingLink } from './standing.js';
import { accountView } from './views/account.js';
import { accountsView } from './views/accounts.js';
import { keysView } from './views/keys.js';
import { newAccountView } from './views/new-account.js';
import { usageView } from './views/usage.js';
import type { View } from '../shared/view.js';

const board = new Board();
const addresses = new Watched<AddressesDto>();
const desk: Desk = { board, addresses, newKeys: new Map() };

/** Whose visit it was last: a token that is taken no more takes no new key from whoever has made it. */
let visitor: string | null = null;

addresses.watch(({ gateway, you }) => {
  board.frame.showYou(you);
  if (you !== visitor) desk.newKeys.clear();
  visitor = you;
  const lack = 'No gateway is named (AVATAR_SERVICE_URL): visitors can only write';
  board.frame.showChip(gateway === null ? lack : '', 'watch');
});

function accountsOrOne([accountId, tab, ...rest]: readonly string[]): View {
  if (accountId === undefined) return accountsView(desk);
  if (tab === 'keys') return keysView(desk, accountId);
  if (tab === 'usage') return usageView(desk, accountId, rest);
  return accountView(desk, accountId);
}

board.start({
  title: 'Petya',
  service: 'Petya',
  standing: standingLink(desk),
  sections: [
    { path: 'accounts', label: 'Accounts', open: accountsOrOne },
    { path: 'new', label: 'New account', open: () => newAccountView(desk) },
  ],
  always: async (signal) => addresses.set(await board.api.get('addresses', {}, signal)),
  forget: (isSignedOut) => {
    addresses.forget();
    // Without a name nobody can tell whose visit comes next.
    if (isSignedOut || visitor === null) desk.newKeys.clear();
  },
});
