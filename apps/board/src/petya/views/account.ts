import type { AccountDto } from '#contracts';
import { button, h, setText, told } from '../../shared/dom.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import { AccountHead } from '../account-head.js';
import { accountPath, type Desk } from '../desk.js';
import { lookAt, toldAtFields } from '../refusal.js';
import { changeOf } from '../settings/change.js';
import { SettingsForm } from '../settings/settings-form.js';
import { GROUPS } from '../settings/specs.js';

/** The settings of one account, which others may change at the same time. */
export function accountView(desk: Desk, accountId: string): View {
  return new AccountSettings(desk, accountId).view();
}

class AccountSettings {
  private readonly head: AccountHead;
  private readonly place = h('div');
  private readonly order = button('', 'risky', () => this.askToSuspend());
  private readonly orders = h('div', { class: 'buttons', hidden: true }, this.order);
  private form: SettingsForm | null = null;
  private account: AccountDto | null = null;
  private isSaving = false;

  constructor(
    private readonly desk: Desk,
    accountId: string,
  ) {
    this.head = new AccountHead(desk, accountId, 'settings');
  }

  view(): View {
    return {
      title: 'Account',
      heading: this.head.heading,
      content: [...this.head.content, this.place, this.orders],
      load: async (signal) => {
        const account = await this.head.load(signal);
        // What was read before it was saved would look like somebody else's change.
        if (!this.isSaving) this.meet(account);
      },
    };
  }

  /** @returns the labels of fields that somebody else has changed while they are being changed here */
  private meet(account: AccountDto): string[] {
    this.account = account;
    setText(this.order, account.suspended ? 'Resume this account …' : 'Suspend this account …');
    this.orders.hidden = false;
    if (this.form !== null) return this.form.meet({ ...account });
    this.form = new SettingsForm(GROUPS, { ...account }, 'Save changes', false, () => {
      void this.save();
    });
    this.place.append(this.form.element);
    return [];
  }

  private async save(): Promise<void> {
    const { form } = this;
    if (this.isSaving || form === null || !form.isChanged) return;
    const wrong = form.check();
    if (wrong.length > 0) return this.desk.board.say(lookAt(wrong), 'wrong');
    this.isSaving = true;
    await this.desk.board.act(() => this.send(form));
    this.isSaving = false;
  }

  /** Looks first what others have done: only what was changed here is sent, and nothing of theirs is lost. */
  private async send(form: SettingsForm): Promise<string> {
    const stored = await this.head.load();
    const news = this.meet(stored);
    if (news.length > 0)
      return `Not saved yet: somebody else has changed ${news.join(', ')}. Look at it, and save again.`;
    const { values, sent } = form.changes();
    if (values.size === 0) return 'It is stored like this already.';
    form.refuse([]);
    const { api } = this.desk.board;
    try {
      const path = accountPath(this.head.accountId);
      const account = await api.send<AccountDto>('PATCH', path, changeOf({ ...stored }, values));
      this.account = account;
      this.head.show(account);
      form.saved({ ...account }, sent);
      return 'Saved. At the gateway it counts within 5 seconds.';
    } catch (error) {
      throw toldAtFields(form, error);
    }
  }

  private askToSuspend(): void {
    const { account, desk } = this;
    if (account === null) return;
    const suspended = !account.suspended;
    const name = visible(account.name, 60);
    desk.board.ask({
      title: suspended ? 'Suspend this account?' : 'Resume this account?',
      about: [
        h('p', {}, h('strong', {}, told(account.name, 100)), ', ', told(account.accountId), '.'),
        h('p', {}, suspended ? SUSPENDED : RESUMED),
      ],
      keep: suspended ? 'Leave it open' : 'Leave it suspended',
      confirm: suspended ? 'Suspend it' : 'Resume it',
      pending: suspended ? 'Suspending …' : 'Resuming …',
      run: async () => {
        const path = accountPath(account.accountId);
        const fresh = await desk.board.api.send<AccountDto>('PATCH', path, { suspended });
        this.head.show(fresh);
        this.meet(fresh);
        return `${name} is ${suspended ? 'suspended' : 'open again'}. At the gateway it counts within 5 seconds.`;
      },
    });
  }
}

const SUSPENDED =
  'Everything is refused to its keys, and its live sessions are ended. Nothing is removed.';
const RESUMED = 'Its keys are good again, and its visitors can write and begin sessions.';
