import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';

const folder = join(projectRoot, 'apps', 'board', 'src');

const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .map((name): [string, string] => [name, readFileSync(join(folder, name), 'utf8')]);

/** What no source of a board may have, and a line that has it. */
const BANS: readonly (readonly [string, RegExp, string])[] = [
  [
    'a text that is read as elements',
    /\b(inner|outer)HTML\b|insertAdjacentHTML|DOMParser|createContextualFragment|document\.write/,
    'a.innerHTML = b',
  ],
  ['code that is a text', /\beval\(|new Function\b|setTimeout\(\s*['"`]/, 'eval(a)'],
  [
    'a style in an attribute',
    /['"]?\bstyle['"]?\s*:|setAttribute\(\s*['"]style|cssText/,
    "h('p', { style: 'a' })",
  ],
  [
    'an event in an attribute',
    /\bon(click|load|error|focus|blur|submit|input|change|key\w+|pointer\w+)\b['"]?\s*:/,
    "h('p', { onclick: 'a' })",
  ],
  [
    'anything that outlives the page',
    /localStorage|sessionStorage|indexedDB|\bcaches\b|document\.cookie|history\.(push|replace)State|serviceWorker/,
    'localStorage.a = b',
  ],
  ['a line in the console', /\bconsole\./, 'console.log(a)'],
  [
    'a value of the contracts',
    /^import (?!type )[^;]*from '#contracts'/m,
    "import { a } from '#contracts'",
  ],
  ['another origin', /['"`]https?:\/\/(?!www\.w3\.org\/2000\/svg)/, "fetch('https://a')"],
  // Newer than the browsers that build.mjs names.
  [
    'what browsers of 2022 lack',
    /\.(toSorted|toReversed|toSpliced|groupBy|isWellFormed|toWellFormed)\(|Promise\.withResolvers|AbortSignal\.(any|timeout)|\(\?<[!=]/,
    'a.toSorted()',
  ],
];

describe.each(BANS)('the sources have no %s', (_what, pattern, example) => {
  it('which a line that has one would show', () => {
    expect(example).toMatch(pattern);
  });

  it('anywhere', () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(sources.filter(([, text]) => pattern.test(text)).map(([name]) => name)).toEqual([]);
  });
});
