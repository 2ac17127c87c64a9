import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountDto, AccountListDto, ApiKeyDto, CreatedApiKeyDto } from '#contracts';
import { Lifecycle } from '#platform';
import { projectRoot } from '../stack/project-root.js';
import { findCanaries, plant } from '../support/canaries.js';
import { PETYA_ADMIN_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';

const GATEWAY = 'https://avatar.example.com';
const ABSENT = '0123456789abcdef01234567';

let petya: RunningPetya;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'));
  petya = await startPetya({ environment: { AVATAR_SERVICE_URL: GATEWAY } });
});
afterAll(async () => {
  await petya.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs the command as npm does, and holds every run to keeping the admin token to itself. */
async function accounts(args: readonly string[], environment: Environment = {}): Promise<Ended> {
  const script = join(projectRoot, 'test', 'stack', 'run-command.mjs');
  const child = spawn(process.execPath, [script, 'accounts', ...args], {
    cwd: projectRoot,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      STACK_FOLDER: folder,
      PETYA_BASE_URL: petya.baseUrl,
      ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  expect(findCanaries(out + err, ['admin token', 'service token', 'pepper'])).toEqual([]);
  return { code: child.exitCode, out, err };
}

/** Of a run with `--json`: what it answers, each line by itself. */
async function answers<T>(...args: string[]): Promise<T[]> {
  const { code, out, err } = await accounts([...args, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

async function answer<T>(...args: string[]): Promise<T> {
  const [first, ...others] = await answers<T>(...args);
  expect(others).toEqual([]);
  return first as T;
}

interface Created {
  readonly account: AccountDto;
  readonly apiKey: CreatedApiKeyDto;
  readonly embedCode: string;
}

async function create(...options: string[]): Promise<Created> {
  const created = await answer<Created>('create', '--name', 'Shop', ...options);
  plant('customer key', created.apiKey.key);
  return created;
}

/** Status of what the holder of a key reads first. */
async function statusWith(key: string, at = petya): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  return (await at.call('GET', '/account/config', { headers })).status;
}

/** Writes a file to import. */
async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function namedAt(at: RunningPetya, prefix: string): Promise<string[]> {
  const { body } = await at.admin<AccountListDto>('GET', '/accounts?limit=100');
  return body.items.map(({ name }) => name).filter((name) => name.startsWith(prefix));
}

describe('create', () => {
  it('makes an account and its key, and prints an embed code that names both apps', async () => {
    const { code, out, err } = await accounts([
      'create',
      '--name',
      'Blumenhaus',
      '--limits.maxConcurrentSessions=3',
      '--allowedOrigins',
      'https://shop.example.com',
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const tag =
      /<script defer src="(.+)" data-key="(SE_[A-Za-z0-9]{32})" data-api="(.+)"><\/script>/;
    const [, src, key = '', api] = tag.exec(out) ?? [];
    plant('customer key', key);
    expect({ src, api }).toEqual({ src: `${GATEWAY}/plugin/v1/plugin.js`, api: petya.baseUrl });
    expect(await statusWith(key)).toBe(200);
    const [, accountId] = /^Account ([0-9a-f]{24}) \(Blumenhaus\) is made\.$/m.exec(out) ?? [];
    expect((await petya.admin('GET', `/accounts/${accountId}`)).body).toMatchObject({
      name: 'Blumenhaus',
      limits: { maxConcurrentSessions: 3 },
      allowedOrigins: ['https://shop.example.com'],
    });
  });

  it('answers JSON that has all of it', async () => {
    const { account, apiKey, embedCode } = await create('--avatar.variables.shop', 'Rose');
    expect(account).toMatchObject({ name: 'Shop', avatar: { variables: { shop: 'Rose' } } });
    expect(embedCode).toContain(`data-key="${apiKey.key}"`);
    expect(await statusWith(apiKey.key)).toBe(200);
  });

  it('imports a key that pages have already, and keeps the account when it is taken', async () => {
    const key = 'SE_0123456789abcdef';
    expect((await create('--key', key)).apiKey.key).toBe(key);
    const again = await accounts(['create', '--name', 'Other', '--key', key]);
    const made =
      /^Account ([0-9a-f]{24}) \(Other\) is made\. It has no key: `key \1` makes one\.$/m;
    expect(again).toEqual({
      code: 1,
      out: expect.stringMatching(made),
      err: expect.stringMatching(/^This key is known to Petya already: leave --key away/),
    });
  });

  it('says which option is refused and what it must be', async () => {
    const refused = await accounts(['create', '--name=Refused', '--limits.maxSessionSeconds=0']);
    expect(refused).toEqual({
      code: 1,
      out: '',
      err: '--limits.maxSessionSeconds must be a whole number from 1 to 86400.\n',
    });
    const origins = 'https://a.example/,b';
    const origin = await accounts(['create', '--name=Refused', '--allowedOrigins', origins]);
    expect(origin.err).toMatch(
      /^--allowedOrigins, value 1, must be an origin such as .* a slash at its end; --allowed/,
    );
    const nameless = await accounts(['create']);
    expect(nameless.err).toBe('--name is missing; it must be a string of 1 to 200 bytes.\n');
    expect(await namedAt(petya, 'Refused')).toEqual([]);
  });

  it('answers a refusal as the problem’s JSON on stderr', async () => {
    const { code, out, err } = await accounts(['create', '--json', '--name', '']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(JSON.parse(err)).toMatchObject({
      type: 'urn:problem:invalid_input',
      status: 422,
      errors: [{ pointer: '/name' }],
    });
  });

  it('takes the addresses of visitors from whoever says them, and asks nobody then', async () => {
    const named = ['--api', 'https://p.example/api/v1', '--gateway', 'https://a.example/'];
    const { embedCode } = await create(...named, '--suspended', 'true');
    expect(embedCode).toContain(' src="https://a.example/plugin/v1/plugin.js"');
    expect(embedCode).toContain(' data-api="https://p.example"');
  });

  it('says why there is no embed code, and makes the key all the same', async () => {
    const { code, out } = await accounts(['create', '--name', 'Shop', '--suspended', 'true']);
    expect(code).toBe(0);
    expect(out).toMatch(/SE_[A-Za-z0-9]{32}\n/);
    expect(out).toMatch(/^No embed code: .* suspended\. Name both .* --api and --gateway\.$/m);
  });
});

describe('create at a Petya that knows no gateway', () => {
  it('asks for its address, and takes it', async () => {
    const alone = await startPetya({});
    const at = ['--petya', alone.baseUrl];
    const without = await accounts(['create', '--name', 'Shop', ...at]);
    expect(without.code).toBe(0);
    expect(without.out).toMatch(/^No embed code: Petya has no AVATAR_SERVICE_URL, .*--gateway/m);
    const AVATAR_PUBLIC_URL = `${GATEWAY}/`;
    const named = await accounts(['create', '--name', 'Shop', ...at], { AVATAR_PUBLIC_URL });
    expect(named.out).toContain(` src="${GATEWAY}/plugin/v1/plugin.js"`);
    await alone.stop();
  });
});

describe('list and show', () => {
  it('have every account, over all pages, with its keys', async () => {
    const own = await startPetya({});
    const made: string[] = [];
    for (let index = 0; index < 101; index += 1) {
      const { body } = await own.admin<AccountDto>('POST', '/accounts', { name: `Shop ${index}` });
      made.push(body.accountId);
    }
    const { items } = await answer<AccountListDto>('list', '--petya', `${own.baseUrl}/api/v1/`);
    expect(items.map(({ accountId }) => accountId)).toEqual(made);
    const text = await accounts(['list'], { PETYA_BASE_URL: own.baseUrl });
    const [heading, ...rows] = text.out.trimEnd().split('\n');
    expect(heading).toMatch(/^accountId +suspended +enabled +language +allowedOrigins +name$/);
    expect(rows.map((row) => row.split(' ', 1)[0])).toEqual(made);
    expect(rows.at(-1)).toMatch(/ +false +true +en +0 +Shop 100$/);
    await own.stop();
  });

  it('show no key but its ends', async () => {
    const { account, apiKey } = await create();
    const shown = await answer<{ account: AccountDto; keys: ApiKeyDto[] }>(
      'show',
      account.accountId,
    );
    const { key, ...listed } = apiKey;
    expect(shown).toEqual({ account, keys: [listed] });
    const text = await accounts(['show', account.accountId]);
    expect(text.out).toContain(`${key.slice(0, 4)}…${key.slice(-4)}`);
    expect(text.out).toMatch(/^limits\.maxSessionSeconds +1200$/m);
    expect(text.out).not.toContain(key);
  });

  it('say that there is no such account', async () => {
    expect(await accounts(['show', ABSENT])).toEqual({
      code: 1,
      out: '',
      err: `There is no account ${ABSENT}: \`list\` has the ids of all.\n`,
    });
  });
});

describe('set', () => {
  it('changes what is said and nothing else, and takes values away', async () => {
    const { account } = await create('--avatar.voiceId', 'v', '--language', 'de');
    const { accountId } = account;
    const changed = await answer<{ account: AccountDto }>(
      'set',
      accountId,
      '--avatar.intro=Hello',
      '--avatar.voiceId=null',
      '--retentionDays=30',
      '--allowedOrigins=https://a.example.com https://b.example.com',
      '--avatar.voiceSettings.provider=fish',
      '--avatar.voiceSettings.speed=1.1',
    );
    expect(changed.account).toEqual({
      ...account,
      avatar: {
        ...account.avatar,
        intro: 'Hello',
        voiceId: null,
        voiceSettings: { provider: 'fish', speed: 1.1 },
      },
      retentionDays: 30,
      allowedOrigins: ['https://a.example.com', 'https://b.example.com'],
    });
    const back = await answer<{ account: AccountDto }>(
      'set',
      accountId,
      '--avatar.intro=null',
      '--avatar.voiceId=v',
      '--retentionDays=null',
      '--allowedOrigins=',
      '--avatar.voiceSettings=null',
    );
    expect(back.account).toEqual(account);
  });

  it('sends nothing where it does not know an option', async () => {
    const { account } = await create();
    const refused = await accounts([
      'set',
      account.accountId,
      '--language',
      'de',
      '--limits.x',
      '1',
    ]);
    expect(refused).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(
        /^set has no option --limits\.x; it has --name, .*--json, --help\./,
      ),
    });
    const { body } = await petya.admin('GET', `/accounts/${account.accountId}`);
    expect(body).toEqual(account);
  });
});

describe('key and revoke', () => {
  it('make a second key with its embed code, and stop the first at once', async () => {
    const { account, apiKey } = await create();
    const { accountId } = account;
    const second = await answer<Omit<Created, 'account'>>('key', accountId);
    plant('customer key', second.apiKey.key);
    expect(second.embedCode).toContain(second.apiKey.key);
    expect(await statusWith(second.apiKey.key)).toBe(200);
    const revoked = await answer<{ apiKey: ApiKeyDto }>('revoke', accountId, apiKey.keyId);
    expect(revoked.apiKey).toMatchObject({ keyId: apiKey.keyId, revokedAt: expect.any(String) });
    expect(await statusWith(apiKey.key)).toBe(401);
    expect(await statusWith(second.apiKey.key)).toBe(200);
    expect(await answer('revoke', accountId, apiKey.keyId)).toEqual(revoked);
  });

  it('make a secret key, which is for no page', async () => {
    const { account } = await create();
    const { code, out } = await accounts(['key', account.accountId, '--kind', 'secret']);
    const [key = ''] = /SK_[A-Za-z0-9]{32}/.exec(out) ?? [];
    plant('customer key', key);
    expect({ code, status: await statusWith(key) }).toEqual({ code: 0, status: 200 });
    expect(out).not.toContain('<script');
    expect(out).toContain("It belongs on the customer's server and into no page.");
  });

  it('say that there is no such key', async () => {
    const { account } = await create();
    const refused = await accounts(['revoke', account.accountId, ABSENT]);
    expect([refused.code, refused.err]).toEqual([
      1,
      `There is no account ${account.accountId} with a key ${ABSENT}: \`show ${account.accountId}\` has the ids of its keys.\n`,
    ]);
  });
});

interface LineAnswer {
  readonly line: number;
  readonly outcome: string;
  readonly accountId?: string;
  readonly apiKey?: CreatedApiKeyDto;
  readonly embedCode?: string;
  readonly differs?: readonly string[];
  readonly problem?: { readonly type: string };
}

async function importFile(path: string): Promise<{ code: number | null; lines: LineAnswer[] }> {
  const { code, out, err } = await accounts(['import', path, '--json']);
  expect(err).toBe('');
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LineAnswer);
  for (const { apiKey } of lines) plant('customer key', apiKey?.key);
  return { code, lines };
}

const outcomes = (lines: readonly LineAnswer[]) =>
  lines.map(({ line, outcome }) => [line, outcome]);

describe('import', () => {
  it('makes what a table says, goes on after a bad line, and makes nothing twice', async () => {
    const heading = 'name,language,allowedOrigins,limits.maxSessionSeconds';
    const good = 'Row A,de,https://a.example.com https://b.example.com,60';
    const path = await file('a.csv', `${heading}\n${good}\nRow B,english language,,\nRow C,,,\n`);
    const first = await importFile(path);
    expect([first.code, outcomes(first.lines)]).toEqual([
      1,
      [
        [2, 'made'],
        [3, 'refused'],
        [4, 'made'],
      ],
    ]);
    const [made, refused] = first.lines;
    expect(refused?.problem?.type).toBe('urn:problem:invalid_input');
    expect(await statusWith(made?.apiKey?.key ?? '')).toBe(200);
    expect(made?.embedCode).toContain(`data-key="${made?.apiKey?.key}"`);
    expect((await petya.admin('GET', `/accounts/${made?.accountId}`)).body).toMatchObject({
      language: 'de',
      allowedOrigins: ['https://a.example.com', 'https://b.example.com'],
      limits: { maxSessionSeconds: 60 },
    });

    await file('a.csv', `${heading}\n${good}\nRow B,it,,\nRow C,fr,,\n`);
    const second = await importFile(path);
    expect([second.code, outcomes(second.lines)]).toEqual([
      0,
      [
        [2, 'found'],
        [3, 'made'],
        [4, 'found'],
      ],
    ]);
    expect(second.lines.map(({ differs }) => differs)).toEqual([[], undefined, ['language']]);
    expect(second.lines.map(({ apiKey }) => apiKey === undefined)).toEqual([true, false, true]);
    const third = await importFile(path);
    expect(third.lines.map(({ outcome }) => outcome)).toEqual(['found', 'found', 'found']);
    expect((await namedAt(petya, 'Row ')).toSorted()).toEqual(['Row A', 'Row B', 'Row C']);
  });

  it('gives a key to an account that a run which broke off has left without one', async () => {
    const { body } = await petya.admin<AccountDto>('POST', '/accounts', { name: 'Half' });
    const key = 'SE_of-a-page-from-before';
    const path = await file('half.json', JSON.stringify([{ name: 'Half', key }]));
    const [line] = (await importFile(path)).lines;
    expect(line).toMatchObject({ outcome: 'found', accountId: body.accountId, differs: [] });
    expect(line?.apiKey?.key).toBe(key);
    expect(await statusWith(key)).toBe(200);
    const [again] = (await importFile(path)).lines;
    expect(again).toMatchObject({ outcome: 'found', differs: [] });
    expect(again?.apiKey).toBeUndefined();
  });

  it('says of each line what became of it, in the words of the file', async () => {
    const entries = [{ name: 'Told' }, { name: 'Bad', avatar: { voice: 'v' } }];
    const path = await file('told.json', JSON.stringify(entries));
    const { code, out } = await accounts(['import', path]);
    expect(code).toBe(1);
    expect(out).toMatch(/^line 1: made [0-9a-f]{24} Told SE_[A-Za-z0-9]{32}\n {2}<script defer /);
    expect(out).toMatch(
      /^line 2: refused Bad: avatar has a member that is not known; known here: /m,
    );
  });

  it.each([
    ['no.csv', null, /^FILE cannot be read \(ENOENT\)\.\n$/],
    ['a.txt', 'name\n', /^FILE must end in \.csv or \.json\.\n$/],
    [
      'b.csv',
      'name,colour\nA,red\n',
      /^FILE has columns that are not known: colour; known are name,/,
    ],
    ['b.json', '{"name":"A"}', /^FILE must hold a JSON list of accounts\.\n$/],
  ])('refuses %s as a whole', async (name, content, message) => {
    const path = content === null ? join(folder, name) : await file(name, content);
    expect(await accounts(['import', path])).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(message),
    });
  });
});

describe('whoever is asked', () => {
  it('may have the admin routes on a port of their own', async () => {
    const apart = await startPetya({
      environment: { ADMIN_PORT: '0', AVATAR_SERVICE_URL: GATEWAY },
    });
    const port = apart.app.get(Lifecycle).adminListener?.port ?? 0;
    const admin = `http://127.0.0.1:${port}`;
    const closed = await accounts(['list'], { PETYA_BASE_URL: apart.baseUrl });
    expect([closed.code, closed.err]).toEqual([
      1,
      expect.stringMatching(/^There are no admin routes at .* ADMIN_PORT, which .* --petya\.\n$/),
    ]);
    const half = await accounts(['create', '--name', 'Shop'], { PETYA_BASE_URL: admin });
    expect(half.out).toMatch(/^No embed code: .* answers the operator and no visitors\b/m);
    const whole = await accounts([
      'create',
      '--name=Shop',
      '--petya',
      admin,
      '--api',
      apart.baseUrl,
    ]);
    expect(whole.out).toContain(` data-api="${apart.baseUrl}"></script>`);
    const [, key = ''] = /data-key="([^"]*)"/.exec(whole.out) ?? [];
    expect(await statusWith(key, apart)).toBe(200);
    await apart.stop();
  });

  it('is told apart from nobody, from strangers, and from a Petya with another token', async () => {
    const stranger = createServer((_request, response) => response.end('<html>'));
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const strange = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const answered = await accounts(['list', '--petya', strange]);
    expect(answered).toEqual({
      code: 1,
      out: '',
      err: `What answers at ${strange} (200) is no petya-avatar-api: name Petya's address with --petya or PETYA_BASE_URL.\n`,
    });
    stranger.close();
    await once(stranger, 'close');
    const gone = await accounts(['list', '--petya', strange, '--json']);
    expect([gone.code, JSON.parse(gone.err)]).toEqual([
      1,
      { type: 'urn:problem:unreachable', message: expect.stringMatching(/ \(ECONNREFUSED\): /) },
    ]);
    const other = await accounts(['list'], { ADMIN_TOKEN: 'a-token-that-petya-does-not-have' });
    expect(other.err).toMatch(/does not take this token: set ADMIN_TOKEN to one that it has\.\n$/);
    expect(other.err).not.toContain('a-token-that');
  });

  it('is the local stack, with the token that it keeps, where nobody is named', async () => {
    const adminToken = PETYA_ADMIN_TOKEN;
    const secrets = await file('secrets.json', JSON.stringify({ adminToken }));
    const PETYA_PORT = new URL(petya.baseUrl).port;
    const environment = { ADMIN_TOKEN: undefined, PETYA_BASE_URL: undefined, PETYA_PORT };
    expect((await accounts(['list'], environment)).code).toBe(0);
    const named = await accounts(['list', '--petya', petya.baseUrl], environment);
    expect([named.code, named.err]).toEqual([1, expect.stringMatching(/^ADMIN_TOKEN is not set/)]);
    await rm(secrets);
    const without = await accounts(['list'], environment);
    expect([without.code, without.err]).toEqual([1, expect.stringMatching(/^ADMIN_TOKEN is not/)]);
  });
});

describe('help', () => {
  it('is there for all commands and for each', async () => {
    const all = await accounts(['--help'], { ADMIN_TOKEN: undefined });
    expect([all.code, all.err]).toEqual([0, '']);
    expect(all.out).toMatch(
      /create[^]*list[^]*show ID[^]*set ID[^]*key ID[^]*revoke ID KEYID[^]*import FILE/,
    );
    const one = await accounts(['create', '--help']);
    expect(one.out).toMatch(/--name TEXT[^]*--avatar\.sttConfig\.provider TEXT[^]*--gateway TEXT/);
  });

  it('names what there is, to whoever says what there is not', async () => {
    expect(await accounts(['delete', '--json'])).toEqual({
      code: 2,
      out: '',
      err: '{"type":"urn:problem:usage","message":"There is no such command; there are create, list, show, set, key, revoke, import. --help says more."}\n',
    });
  });
});
