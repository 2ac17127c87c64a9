import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';

/** A document that is not there; written so that nobody takes it for a citation. */
const ABSENT = ['absent', 'md'].join('.');

const TEXT = /\.(ts|mjs|cjs|md|html|css|yml|json|toml)$/;

/** Every text of ours below some folders, by its path from the root. */
function textsIn(...folders: string[]): [path: string, text: string][] {
  return folders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => TEXT.test(name) && !name.includes('node_modules'))
      .map((name): [string, string] => {
        const path = join(folder, name);
        return [path, readFileSync(join(projectRoot, path), 'utf8')];
      }),
  );
}

const texts = textsIn('apps', 'libs', 'test').filter(
  ([path]) => !path.endsWith('house-rules.spec.ts'),
);
const readmes: [path: string, text: string][] = [
  ['README.md', readFileSync(join(projectRoot, 'README.md'), 'utf8')],
  ...texts.filter(([path]) => path.endsWith('.md')),
];

/** Sections of a document that a reader cannot open, and documents that are not in the repository. */
function citations(text: string): string[] {
  const isOfStandard = /RFC \d+|\bspec\.whatwg\.org\b/.test(text);
  const sections = isOfStandard ? [] : (text.match(/\bsection \d+(\.\d+)*/g) ?? []);
  const documents = (text.match(/\b[\w-]+\.md\b/g) ?? []).filter(
    (name) => !readmes.some(([path]) => path.endsWith(name)),
  );
  return [...sections, ...documents];
}

/** Where an id is made up because there is none: the type should say that there is one. */
function inventedIds(source: string): string[] {
  return source.match(/\b\w*(?:Id|_id|[oO]wner|[pP]epper|[tT]oken)\s*(?:\?\?|=)\s*''/g) ?? [];
}

/**
 * What a line of the log calls a session by itself, past `sessionNames`, which names all that somebody
 * may look for it by.
 */
function ownNames(source: string): string[] {
  const calls = [...source.matchAll(/logger\.(?:log|warn|error|debug|fatal)\(/g)];
  return calls.flatMap(({ 0: call, index }) => {
    const line = argumentOf(source, index + call.length);
    const own =
      line.match(/\b(?:vendorSessionId|sessionId|recordId|conversationId|traceId)\b/g) ?? [];
    const ids = line.match(/\b(?:session|held|current|kept|stopping)\.id\b/g) ?? [];
    return [...own, ...ids];
  });
}

/** What stands between a parenthesis that is open at a place and the one that closes it. */
function argumentOf(source: string, from: number): string {
  let depth = 1;
  let at = from;
  for (; at < source.length && depth > 0; at += 1) {
    if (source[at] === '(') depth += 1;
    if (source[at] === ')') depth -= 1;
  }
  return source.slice(from, at - 1);
}

/** Lines that a reader has to scroll for; a table's rows are as long as they are. */
function longLines(text: string): string[] {
  const lines = text.replaceAll(/```[^]*?```/g, '').split('\n');
  return lines.filter((line) => line.length > 120 && !line.startsWith('|') && !/^!?\[/.test(line));
}

/** Links to files and headings that are not there. */
function deadLinks(path: string, text: string): string[] {
  const folder = join(projectRoot, path, '..');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', heading] = link.split('#');
    const target = file === '' ? join(projectRoot, path) : join(folder, file);
    if (!existsSync(target)) return true;
    return heading !== undefined && !headings(readFileSync(target, 'utf8')).includes(heading);
  });
}

const PICTURE = /\.(png|webp|jpe?g|gif|svg)$/;

/** Files of a `pictures` folder, by their paths from the root. */
const pictures = ['apps', 'libs', 'test'].flatMap((folder) =>
  readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => PICTURE.test(path) && basename(dirname(path)) === 'pictures')
    .filter((path) => !path.includes('node_modules')),
);

/** The pictures that a document shows: what is read in place of each, and its path from the root. */
function shownIn(path: string, text: string): { readonly alt: string; readonly path: string }[] {
  return [...text.matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, alt = '', file = '']) => ({
    alt,
    path: join(dirname(path), file),
  }));
}

/** Whether it says what a picture shows: several words that are not the file's name. */
function isTelling({ alt, path }: { readonly alt: string; readonly path: string }): boolean {
  const words = alt.split(/\s+/).filter((word) => /\w/.test(word));
  const isName = alt.toLowerCase().includes(basename(path).toLowerCase());
  return (
    words.length >= 4 &&
    /^["“A-Z]/.test(alt) &&
    !isName &&
    !/^(picture|image|screenshot) /i.test(alt)
  );
}

/** The anchors of a document's headings, as GitHub makes them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
}

describe('a comment', () => {
  it.each([
    ['as the contract says (section 2.4)', ['section 2.4']],
    [`see ${ABSENT}`, [ABSENT]],
    ['the form of RFC 6455 section 5.2', []],
    ['see README.md', []],
  ])('%j cites %j', (text, found) => {
    expect(citations(text)).toEqual(found);
  });

  it('cites nothing that is not in the repository', () => {
    const found = texts.flatMap(([path, text]) =>
      citations(text).map((what) => `${path}: ${what}`),
    );
    expect(found).toEqual([]);
  });
});

describe('an id', () => {
  it.each([
    ["stop(session.vendorSessionId ?? '')", 1],
    ["const [pepper = ''] = peppers", 1],
    ["if (id === '') throw refusal()", 0],
    ["name: record.name ?? ''", 0],
  ])('in %j is made up %i times', (source, times) => {
    expect(inventedIds(source)).toHaveLength(times);
  });

  it('is made up nowhere in the apps', () => {
    const sources = texts.filter(([path]) => path.startsWith('apps') && !path.includes('.spec.'));
    const found = sources.flatMap(([path, text]) =>
      inventedIds(text).map((what) => `${path}: ${what}`),
    );
    expect(found).toEqual([]);
  });
});

describe('a line of the log', () => {
  it.each([
    ['this.logger.warn({ erased: held.id, accountId: held.accountId });', ['held.id']],
    ['logger.log({ delivery: stateOf(after), sessionId: held.id })', ['sessionId', 'held.id']],
    ['this.logger.warn({ stopFailed: code(error), ...sessionNames(held), attempts });', []],
    ['this.logger.warn({ failed: describeCause(error) }); use(session.id);', []],
  ])('%j names a session by %j', (source, found) => {
    expect(ownNames(source)).toEqual(found);
  });

  it('names one by everything that it is looked for by', () => {
    const sources = texts.filter(
      ([path]) => path.startsWith('apps/ilianaai-avatar') && !path.includes('.spec.'),
    );
    const found = sources.flatMap(([path, text]) =>
      ownNames(text).map((what) => `${path}: ${what}`),
    );
    expect(found).toEqual([]);
  });
});

describe('a README', () => {
  it.each(readmes)('%s has no line over 120 characters outside tables', (_path, text) => {
    expect(longLines(text)).toEqual([]);
  });

  it.each(readmes)('%s links to nothing that is not there', (path, text) => {
    expect(deadLinks(path, text)).toEqual([]);
  });
});

describe('a picture', () => {
  it.each([
    ['A session’s life, on a telephone', true],
    ['', false],
    ['life.png', false],
    ['The file life.png of this page', false],
    ['Screenshot of the board at night', false],
    ['The board', false],
  ])('with %j in its place says what it shows: %s', (alt, isSo) => {
    expect(isTelling({ alt, path: 'apps/pictures/life.png' })).toBe(isSo);
  });

  it('that a README shows is there, and says in words what it shows', () => {
    const shown = readmes.flatMap(([path, text]) => shownIn(path, text));
    expect(shown.length).toBeGreaterThan(5);
    const absent = shown.filter(({ path }) => !existsSync(join(projectRoot, path)));
    expect(absent).toEqual([]);
    expect(shown.filter((picture) => !isTelling(picture))).toEqual([]);
  });

  it('is shown somewhere: none lies there that nobody names', () => {
    const shown = new Set(
      readmes.flatMap(([path, text]) => shownIn(path, text).map((picture) => picture.path)),
    );
    expect(pictures.length).toBeGreaterThan(3);
    expect(pictures.filter((path) => !shown.has(path))).toEqual([]);
  });
});
