import type {
  AccountDto,
  ApiKeyDto,
  ApiKeyKind,
  ApiKeyListDto,
  CreatedApiKeyDto,
} from '#contracts';
import { button, field, h, setAttribute, setText, told } from '../../shared/dom.js';
import { PatchedList } from '../../shared/patch-list.js';
import { Problem } from '../../shared/problem.js';
import { type Column, Table, textColumn } from '../../shared/table.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import { When } from '../../shared/when.js';
import { AccountHead } from '../account-head.js';
import { Copied } from '../copy.js';
import { accountPath, type Desk, PAGE_LIMIT } from '../desk.js';
import { EmbedBox } from '../embed-box.js';
import { Pages } from '../pages.js';
import { plainInput } from '../plain-input.js';
import { madeOnce } from '../unknown-outcome.js';

const KINDS: Readonly<Record<ApiKeyKind, string>> = {
  customer: 'public, for pages',
  secret: 'secret, for a server',
};

/** Keeps a key that was made until it is put away or the visit ends. */
export function keepNewKey({ newKeys }: Desk, accountId: string, key: CreatedApiKeyDto): void {
  newKeys.set(accountId, [...(newKeys.get(accountId) ?? []), key]);
}

/** The keys of one account, new ones once, and the code for its pages. */
export function keysView(desk: Desk, accountId: string): View {
  return new AccountKeys(desk, accountId).view();
}

class AccountKeys {
  private readonly head: AccountHead;
  private readonly embed: EmbedBox;
  private readonly fresh = h('div', { class: 'fresh' });
  private readonly freshCards: PatchedList<CreatedApiKeyDto>;
  private readonly table: Table<ApiKeyDto>;
  private readonly empty = h('p', { class: 'empty' });
  private readonly pages: Pages;
  private account: AccountDto | null = null;
  /** The newest key that was given to the embed code. */
  private used: string | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly accountId: string,
  ) {
    this.head = new AccountHead(desk, accountId, 'keys');
    this.embed = new EmbedBox(desk);
    const leave = (): void => this.head.heading.focus();
    this.freshCards = new PatchedList<CreatedApiKeyDto>(
      this.fresh,
      ({ keyId }) => keyId,
      (key) => ({ element: this.freshCard(key), update: () => undefined }),
      leave,
    );
    const columns = [KEY, KIND, timeColumn(desk), STATE, this.revokeColumn()];
    this.table = new Table('Keys', columns, ({ keyId }) => keyId, leave);
    this.table.show([]);
    this.pages = new Pages(() => desk.board.refresh());
    this.showFresh();
  }

  view(): View {
    return {
      title: 'Keys',
      heading: this.head.heading,
      content: [
        ...this.head.content,
        this.fresh,
        h('div', { class: 'columns' }, this.embed.element, this.makeCard()),
        h('h2', {}, 'Keys of this account'),
        this.empty,
        this.table.element,
        this.pages.element,
      ],
      load: (signal) => this.load(signal),
      close: () => this.embed.close(),
    };
  }

  private async load(signal: AbortSignal): Promise<void> {
    const { api } = this.desk.board;
    const query = { limit: String(PAGE_LIMIT), cursor: this.pages.cursor };
    const path = accountPath(this.accountId, 'keys');
    const [account, { items, nextCursor }] = await Promise.all([
      this.head.load(signal),
      api.get<ApiKeyListDto>(path, query, signal),
    ]);
    this.account = account;
    this.table.show(items);
    setText(this.empty, items.length === 0 ? 'It has no key yet: nobody can use it.' : '');
    this.pages.show(nextCursor);
    this.showFresh();
  }

  private showFresh(): void {
    const keys = this.desk.newKeys.get(this.accountId) ?? [];
    this.freshCards.show(keys);
    this.fresh.hidden = keys.length === 0;
    const newest = keys.findLast(({ kind }) => kind === 'customer')?.key ?? null;
    if (newest !== null && newest !== this.used) this.embed.use(newest);
    this.used = newest;
  }

  private freshCard({ key, keyId, kind }: CreatedApiKeyDto): HTMLElement {
    const label = kind === 'secret' ? 'New secret key' : 'New public key';
    const putAway = button('I have kept it', 'plain', () => {
      const left = (this.desk.newKeys.get(this.accountId) ?? []).filter(
        (each) => each.keyId !== keyId,
      );
      this.desk.newKeys.set(this.accountId, left);
      this.showFresh();
    });
    const where =
      kind === 'secret'
        ? "It belongs on the customer's server and into no page."
        : 'Its embed code is below.';
    return h(
      'section',
      { class: 'new-key' },
      h('h2', {}, label),
      h(
        'p',
        {},
        h('strong', {}, 'It is shown this once, and never again. '),
        `It stays here until you put it away, sign out, or close or reload this page. ${where}`,
      ),
      new Copied(label, key, putAway).element,
    );
  }

  private makeCard(): HTMLElement {
    const kind = h(
      'select',
      {},
      ...Object.entries(KINDS).map(([value, words]) => h('option', { value }, words)),
    );
    const known = plainInput();
    const refusal = h('p', { class: 'refusal', role: 'alert' });
    const form = h(
      'form',
      { class: 'fields', novalidate: true },
      field('Kind', kind),
      h(
        'details',
        {},
        h('summary', {}, 'It has a key already'),
        field(
          'Key to take over',
          known,
          'An SE_ key that its pages have. Empty: a new one is made.',
        ),
      ),
      refusal,
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'submit', class: 'strong' }, 'Make a key'),
      ),
    );
    let isMaking = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (isMaking) return;
      isMaking = true;
      setText(refusal, '');
      const key = known.value.trim();
      const body = { kind: kind.value, ...(key === '' ? {} : { key }) };
      const run = async (): Promise<string> => {
        try {
          const said = await this.make(body);
          known.value = '';
          return said;
        } catch (error) {
          const { members = [] } = error instanceof Problem ? error : {};
          setText(refusal, members.map(({ message }) => `The key ${message}.`).join(' '));
          throw error;
        }
      };
      void this.desk.board.act(run).then(() => (isMaking = false));
    });
    return h('section', { class: 'fields' }, h('h2', {}, 'One more key'), form);
  }

  private async make(body: object): Promise<string> {
    const path = accountPath(this.accountId, 'keys');
    const made = this.desk.board.api.send<CreatedApiKeyDto>('POST', path, body);
    keepNewKey(this.desk, this.accountId, await madeOnce(made));
    this.showFresh();
    this.fresh.lastElementChild?.scrollIntoView({ block: 'nearest' });
    return 'The key is made: keep it now.';
  }

  private revokeColumn(): Column<ApiKeyDto> {
    return {
      title: 'Order',
      isOrder: true,
      cell: (key) => {
        const content = button('Revoke …', 'plain', () => this.askToRevoke(key));
        setAttribute(content, 'aria-label', `Revoke … ${shortKey(key)}`);
        return { content, update: ({ revokedAt }) => (content.hidden = revokedAt !== null) };
      },
    };
  }

  private askToRevoke(key: ApiKeyDto): void {
    const { board } = this.desk;
    const name = this.account?.name ?? this.accountId;
    board.ask({
      title: 'Revoke this key?',
      about: [
        h(
          'p',
          {},
          h('strong', {}, shortKey(key)),
          ` (${KINDS[key.kind]}) of `,
          told(name, 100),
          '.',
        ),
        h(
          'p',
          {},
          'Whatever has it is refused at once, at the gateway within 5 seconds, for good.',
        ),
      ],
      keep: 'Keep it',
      confirm: 'Revoke the key',
      pending: 'Revoking …',
      run: async () => {
        await board.api.send('DELETE', accountPath(this.accountId, 'keys', key.keyId));
        return `${shortKey(key)} is revoked.`;
      },
    });
  }
}

/** As lists know a key: `SE_5…7614`. */
function shortKey({ prefix, lastFour }: ApiKeyDto): string {
  return visible(`${prefix}…${lastFour}`);
}

const KEY = textColumn<ApiKeyDto>('Key', 'bdi', shortKey);

const KIND = textColumn<ApiKeyDto>('Kind', 'span', ({ kind }) =>
  Object.hasOwn(KINDS, kind) ? KINDS[kind] : kind,
);

const STATE: Column<ApiKeyDto> = {
  title: 'State',
  cell: () => {
    const content = h('span', { class: 'state' });
    return {
      content,
      update: ({ revokedAt }) => {
        content.dataset['tone'] = revokedAt === null ? 'calm' : 'wrong';
        setText(content, revokedAt === null ? 'good' : 'revoked');
      },
    };
  },
};

function timeColumn({ board }: Desk): Column<ApiKeyDto> {
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
