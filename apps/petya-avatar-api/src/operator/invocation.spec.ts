import { describe, expect, it } from '@jest/globals';
import { Failure, USAGE } from './failure.js';
import { readInvocation } from './invocation.js';

function actionOf(...args: string[]): unknown {
  const invocation = readInvocation(args);
  return 'action' in invocation ? invocation.action : invocation;
}

function refusalOf(...args: string[]): string {
  try {
    readInvocation(args);
  } catch (error) {
    if (error instanceof Failure && error.problem.type === USAGE) return error.message;
    throw error;
  }
  return '';
}

function changesOf(...options: string[]): unknown {
  const action = actionOf('set', 'a1', ...options);
  return typeof action === 'object' && action && 'changes' in action ? action.changes : action;
}

describe('a command line', () => {
  it.each([
    [
      ['create', '--name', 'Shop', '--limits.maxConcurrentSessions', '3'],
      {
        command: 'create',
        account: { name: 'Shop', limits: { maxConcurrentSessions: 3 } },
        key: {},
      },
    ],
    [
      ['create', '--name=Shop', '--key=SE_5799564546777614'],
      { command: 'create', account: { name: 'Shop' }, key: { key: 'SE_5799564546777614' } },
    ],
    [['list'], { command: 'list' }],
    [['list', '--json'], { command: 'list' }],
    [['show', 'a1'], { command: 'show', accountId: 'a1' }],
    [
      ['set', '--suspended', 'true', 'a1'],
      { command: 'set', accountId: 'a1', changes: { suspended: true } },
    ],
    [['key', 'a1'], { command: 'key', accountId: 'a1', key: {} }],
    [
      ['key', 'a1', '--kind', 'secret'],
      { command: 'key', accountId: 'a1', key: { kind: 'secret' } },
    ],
    [['revoke', 'a1', 'k1'], { command: 'revoke', accountId: 'a1', keyId: 'k1' }],
    [['revoke', '--', '--a1', 'k1'], { command: 'revoke', accountId: '--a1', keyId: 'k1' }],
    [['import', 'a.csv'], { command: 'import', file: 'a.csv' }],
    [['--help'], { helpOf: null }],
    [['-h'], { helpOf: null }],
    [['what', '--help'], { helpOf: null }],
    [['set', '--help'], { helpOf: 'set' }],
    [['set', '--strange', 'x', '-h'], { helpOf: 'set' }],
  ])('%j asks for %j', (args, action) => {
    expect(actionOf(...args)).toEqual(action);
  });

  it('names addresses beside what it wants', () => {
    const args = ['key', 'a1', '--petya', 'http://a', '--api', 'http://b', '--gateway=http://c'];
    const addresses = { petya: 'http://a', api: 'http://b', gateway: 'http://c' };
    expect(readInvocation(args)).toMatchObject({ addresses });
  });

  it.each([
    [[], /^No command is said; there are create, list, show, set, key, revoke, import\./],
    [['remove'], /^There is no such command; there are create, list, /],
    [['toString'], /^There is no such command/],
    [['list', '--name', 'x'], /^list has no option --name; it has --petya, --json, --help\.$/],
    [
      ['set', 'a1', '--avatar.voice', 'x'],
      /^set has no option --avatar\.voice; .*--avatar\.voiceId/,
    ],
    [['set', 'a1', '--avatar.variables.', 'x'], /^set has no option .*--avatar\.variables\.NAME/],
    [['create', '--kind', 'secret'], /^create has no option --kind;/],
    [['create', '--token', 'x'], /^create has no option --token;/],
    [['set', 'a1'], /^There is nothing to change/],
    [['set', '--name', 'x'], /^It is written: set ID, /],
    [['show', 'a1', 'a2'], /^It is written: show ID, /],
    [['show', ''], /^It is written: show ID, /],
    [['revoke', 'a1'], /^It is written: revoke ID KEYID, /],
    [['import'], /^It is written: import FILE, /],
    [['set', 'a1', '--name'], /^--name needs a value; .* --name=VALUE\.$/],
    [['set', 'a1', '--name', '--json'], /^--name needs a value/],
    [['list', '--json=yes'], /^--json takes no value\.$/],
    [['set', 'a1', '--name', 'x', '--name', 'y'], /^--name is said twice\.$/],
    [
      ['set', 'a1', '--avatar.sttConfig.provider', 'gladia', '--avatar.sttConfig', 'null'],
      /^--avatar\.sttConfig\.provider contradicts/,
    ],
    [
      ['set', 'a1', '--avatar.variables.shop', 'x', '--avatar.variables', 'null'],
      /^--avatar\.variables\.shop contradicts/,
    ],
  ])('%j is refused', (args, message) => {
    expect(refusalOf(...args)).toMatch(message);
  });

  it('has no value and no word of it repeated in a refusal', () => {
    const secret = 'token-that-went-astray';
    const lines = [[secret], ['list', secret], ['list', '--token', secret], ['show', 'a', secret]];
    for (const args of lines)
      expect([args, refusalOf(...args).includes(secret)]).toEqual([args, false]);
  });
});

describe('the value of an option', () => {
  it.each([
    ['text', ['--name', '12'], { name: '12' }],
    ['text with dashes', ['--avatar.intro=--- hello'], { avatar: { intro: '--- hello' } }],
    ['text with an equals sign', ['--name', 'a=b'], { name: 'a=b' }],
    ['text of several lines', ['--avatar.intro=a\nb=c'], { avatar: { intro: 'a\nb=c' } }],
    ['an empty text', ['--name', ''], { name: '' }],
    ['a number', ['--retentionDays', '30'], { retentionDays: 30 }],
    [
      'a decimal',
      ['--avatar.voiceSettings.speed=0.9'],
      { avatar: { voiceSettings: { speed: 0.9 } } },
    ],
    ['what is no number', ['--retentionDays', '1e2'], { retentionDays: '1e2' }],
    ['an empty number', ['--retentionDays', ''], { retentionDays: '' }],
    ['a flag', ['--avatar.enabled', 'false'], { avatar: { enabled: false } }],
    ['what is no flag', ['--suspended', 'yes'], { suspended: 'yes' }],
    ['null', ['--avatar.voiceId', 'null'], { avatar: { voiceId: null } }],
    ['null for a list', ['--allowedOrigins', 'null'], { allowedOrigins: null }],
    ['null for an object', ['--avatar.voiceSettings', 'null'], { avatar: { voiceSettings: null } }],
    ['an empty list', ['--allowedOrigins', ''], { allowedOrigins: [] }],
    [
      'a list',
      [
        '--allowedOrigins',
        'https://a.example, https://b.example',
        '--allowedOrigins=https://c.example',
      ],
      { allowedOrigins: ['https://a.example', 'https://b.example', 'https://c.example'] },
    ],
    [
      'a map',
      [
        '--avatar.variables.shop',
        '12',
        '--avatar.variables.__proto__=x',
        '--avatar.variables.a.b=',
      ],
      { avatar: { variables: { shop: '12', ['__proto__']: 'x', 'a.b': '' } } },
    ],
    ['null for a map', ['--avatar.variables', 'null'], { avatar: { variables: null } }],
  ])('is %s', (_what, options, changes) => {
    expect(JSON.stringify(changesOf(...options))).toBe(JSON.stringify(changes));
  });
});
