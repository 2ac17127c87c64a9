import { describe, expect, it } from '@jest/globals';
import { operatorsProblem, readOperators } from './read-operators.js';

const TOKEN = 'k3Yk3Yk3Yk3Yk3Yk';
const OTHER = 'l4Zl4Zl4Zl4Zl4Zl';

/** The name, and what is the token. */
function read(entry: string): readonly [string | null, string] {
  const [operator] = readOperators(entry);
  return [operator?.name ?? null, operator?.token ?? ''];
}

describe('an entry of ADMIN_TOKEN', () => {
  it.each<[string, string, string | null, string]>([
    ['a token alone', TOKEN, null, TOKEN],
    ['a token and its name', `anna:${TOKEN}`, 'anna', TOKEN],
    ['a name of all that one may have', `A-z_0.9:${TOKEN}`, 'A-z_0.9', TOKEN],
    ['the longest name', `${'n'.repeat(32)}:${TOKEN}`, 'n'.repeat(32), TOKEN],
    ['space around it', ` anna:${TOKEN}\t`, 'anna', TOKEN],
    ['a colon in a named token', `anna:${TOKEN}:x`, 'anna', `${TOKEN}:x`],
    ['what was a token with a colon before', `k3Yk3Y:${TOKEN}`, 'k3Yk3Y', TOKEN],
    ['too little behind the colon', 'anna:k3Yk3Yk3Yk3', null, 'anna:k3Yk3Yk3Yk3'],
    ['nothing before the colon', `:${TOKEN}`, null, `:${TOKEN}`],
    ['what is no name before it', `an na/1:${TOKEN}`, null, `an na/1:${TOKEN}`],
    ['another letter than those before it', `änna:${TOKEN}`, null, `änna:${TOKEN}`],
    ['too long a name', `${'n'.repeat(33)}:${TOKEN}`, null, `${'n'.repeat(33)}:${TOKEN}`],
    ['a quote behind it', `anna:"${TOKEN}`, null, `anna:"${TOKEN}`],
    ['an address', `https://${TOKEN}`, 'https', `//${TOKEN}`],
  ])('is read by its first colon: %s', (_what, entry, name, token) => {
    expect(read(entry)).toEqual([name, token]);
  });

  it('is kept as it stands, by which it opened before it had a name', () => {
    expect(readOperators(`anna:${TOKEN}, ${OTHER}`)).toEqual([
      { name: 'anna', token: TOKEN, entry: `anna:${TOKEN}` },
      { name: null, token: OTHER, entry: OTHER },
    ]);
  });
});

describe('a list of operators', () => {
  it.each([
    TOKEN,
    `${TOKEN},${OTHER}`,
    `anna:${TOKEN},ben:${OTHER}`,
    `anna:${TOKEN}, ${OTHER}`,
    `anna:${TOKEN},Anna:${OTHER}`,
    'short:but-together',
    `an/na:${TOKEN}`,
    `:${TOKEN}`,
  ])('may be %s', (list) => {
    expect(operatorsProblem(list)).toBeNull();
  });

  it.each<[string, string, RegExp]>([
    ['a short token', 'too-short-admin', /^must be tokens of 16 or more/],
    ['a short one behind a name', 'anna:short', /^must be tokens/],
    ['an empty entry', `${TOKEN},`, /^must be tokens/],
    ['a name alone', `anna:,ben:${TOKEN}`, /^must be tokens/],
    ['a space in a token', `anna:${TOKEN} x`, /^must be tokens/],
    ['what a template left', 'anna:${TOKEN_OF_ANNA}', /^must be tokens/],
    ['what a template left without a name', '<the-token-of-the-operator>', /^must be tokens/],
    ['too long a token', 'x'.repeat(513), /^must be tokens/],
    ['a token twice', `${TOKEN},${TOKEN}`, /^must not hold a token twice$/],
    ['a token of two names', `anna:${TOKEN},ben:${TOKEN}`, /^must not hold a token twice$/],
    ['a token with its name and without', `anna:${TOKEN},${TOKEN}`, /^must not hold a token tw/],
    ['an entry that is the token of another', `b:a:${TOKEN},a:${TOKEN}`, /^must not hold a t/],
    ['a name of two tokens', `anna:${TOKEN},anna:${OTHER}`, /^must not give a name to two tokens$/],
    ['a token as a name', `${TOKEN}:${OTHER},${TOKEN}`, /^must not hold a token as a name$/],
  ])('may not hold %s, and nothing of it is repeated', (_what, list, problem) => {
    const said = operatorsProblem(list);
    expect(said).toMatch(problem);
    expect(said).not.toMatch(/anna|k3Y|l4Z/);
  });
});
