import type { AccountDto, CreatedApiKeyDto } from '#contracts';
import { h } from '../../shared/dom.js';
import { writeHash } from '../../shared/hash.js';
import { sentencesOf } from '../../shared/problem.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import { accountPath, type Desk } from '../desk.js';
import { toldAtFields } from '../refusal.js';
import { changeOf } from '../settings/change.js';
import { SettingsForm } from '../settings/settings-form.js';
import { type FieldGroup, GROUPS } from '../settings/specs.js';
import { madeOnce } from '../unknown-outcome.js';
import { keepNewKey } from './keys.js';

const NOTHING = { name: '', allowedOrigins: [], language: 'en' };

const GROUP: FieldGroup = { ...GROUPS[0], title: 'What it is', fields: GROUPS[0]?.fields ?? [] };

/** Makes an account with its first key; all else is set when it is there. */
export function newAccountView(desk: Desk): View {
  let isMaking = false;
  const form: SettingsForm = new SettingsForm(
    [GROUP],
    NOTHING,
    'Make the account and its key',
    true,
    () => {
      if (isMaking || form.check().length > 0) return;
      isMaking = true;
      void desk.board.act(() => makeAccount(desk, form)).then(() => (isMaking = false));
    },
  );
  return {
    title: 'New account',
    content: [
      h('p', { class: 'about' }, 'It gets a public key, and you get the code for its pages.'),
      form.element,
    ],
  };
}

async function makeAccount(desk: Desk, form: SettingsForm): Promise<string> {
  const { api } = desk.board;
  const body = { name: '', ...changeOf({}, form.changes().values) };
  form.refuse([]);
  let account: AccountDto;
  try {
    account = await madeOnce(api.send<AccountDto>('POST', 'accounts', body));
  } catch (error) {
    throw toldAtFields(form, error);
  }
  const { accountId } = account;
  const name = visible(account.name, 60);
  location.hash = writeHash('accounts', accountId, 'keys');
  try {
    const key = api.send<CreatedApiKeyDto>('POST', accountPath(accountId, 'keys'), {});
    keepNewKey(desk, accountId, await madeOnce(key));
    return `${name} is made, with its key.`;
  } catch (error) {
    return `${name} is made, but it has no key that you could see: ${sentencesOf(error)}`;
  }
}
