import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { projectRoot } from '../../stack/project-root.js';
import { packWordPress, WORDPRESS_FILES } from './pack.js';
import { newerThan74, unescapedOutputs } from './php-rules.js';
import { storedZip } from './stored-zip.js';

const MOST_LINES = 200;

const folder = join(projectRoot, 'test', 'chat-plugin', 'wordpress', 'avatar-chat');
const sources = WORDPRESS_FILES.map(
  (name) => [name, readFileSync(join(folder, name), 'utf8')] as const,
);
const [[, main]] = sources as [readonly [string, string]];

describe('the plugin for WordPress', () => {
  it(`has ${MOST_LINES} lines at most`, () => {
    const lines = sources.flatMap(([, source]) => source.trimEnd().split('\n'));
    expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
  });

  it('has the version of the package, and says which WordPress and PHP it needs', () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    const said = Object.fromEntries(
      [...main.matchAll(/^ \* ([\w ]+): (.+)$/gm)].map(([, ...pair]) => pair),
    );
    expect(said).toMatchObject({
      Version: version,
      'Requires at least': '6.0',
      'Requires PHP': '7.4',
    });
  });

  it.each(sources)('%s runs inside WordPress alone', (_name, source) => {
    expect(source).toMatch(/^<\?php\n(\/\*\*[^]*?\*\/\n\n)?defined\( '\w+' \) \|\| exit;\n/);
  });

  it.each(sources)('%s prints nothing unescaped', (_name, source) => {
    expect(unescapedOutputs(source)).toEqual([]);
  });

  it.each(sources)('%s has no syntax that PHP 7.4 does not know', (_name, source) => {
    expect(newerThan74(source)).toEqual([]);
  });
});

describe('output in PHP', () => {
  it.each([
    `echo '<p>' . esc_html( $state ) . '</p>';`,
    `printf( '<b%s>%s</b>', checked( $is_on, true, false ), esc_html( FIELDS[ $name ][1] ) );`,
    `echo 'It costs 5 dollars ($).';`,
    `// echo $state;`,
  ])('%s is escaped', (source) => {
    expect(unescapedOutputs(source)).toEqual([]);
  });

  it.each([
    'echo $state;',
    `echo '<p>' . $state . '</p>';`,
    'echo "<p>$state</p>";',
    `printf( '<p>%s</p>', $state );`,
    `printf( $format, esc_html( $state ) );`,
    `echo esc_html( $state ) . get_option( 'avatar_chat' );`,
    `echo AVATAR_CHAT_FIELDS[0];`,
    `<?= $state ?>;`,
  ])('%s is not', (source) => {
    expect(unescapedOutputs(source)).toHaveLength(1);
  });
});

describe('PHP that 7.4 does not know', () => {
  it.each([
    '$x = match( $y ) { 1 => 2 };',
    '$x = $y?->z;',
    'function f( int|string $x ) {}',
    'f( name: 1 );',
    `str_contains( $x, 'y' );`,
    '#[Attribute]',
    'enum Suit {}',
  ])('is found: %s', (source) => {
    expect(newerThan74(source)).toHaveLength(1);
  });

  it.each([`$x = fn( $y ) => $y ?? '#[match(';`, `$x = $y ? 'a:' : $z;`, 'preg_match( $x, $y );'])(
    'is not found in %s',
    (source) => expect(newerThan74(source)).toEqual([]),
  );
});

/** The files of an archive, read by its directory. */
function unzip(zip: Buffer): { path: string; content: Buffer; date: number }[] {
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const [length, pathLength, offset] = [
      zip.readUInt32LE(at + 24),
      zip.readUInt16LE(at + 28),
      zip.readUInt32LE(at + 42),
    ];
    const path = zip.toString('ascii', at + 46, at + 46 + pathLength);
    const start = offset + 30 + pathLength;
    const content = zip.subarray(start, start + length);
    expect(zip.readUInt32LE(offset)).toBe(0x04034b50);
    expect([zip.readUInt32LE(at + 16), zip.readUInt32LE(offset + 14)]).toEqual(
      Array(2).fill(crc32(content)),
    );
    const date = zip.readUInt32LE(at + 12);
    at += 46 + pathLength;
    return { path, content, date };
  });
}

describe('the archive', () => {
  it('holds the plugin in its folder, and the same bytes each time', async () => {
    const { name, content } = await packWordPress();
    expect(name).toBe('avatar-chat.zip');
    const expected = sources.map(([file, source]) => [`avatar-chat/${file}`, source]);
    expect(unzip(content).map((file) => [file.path, file.content.toString()])).toEqual(expected);
    expect((await packWordPress()).content.equals(content)).toBe(true);
  });

  it('is dated the first day that there is, whenever it is made', () => {
    const [file] = unzip(storedZip([{ path: 'a.txt', content: Buffer.from('é') }]));
    expect(file).toEqual({ path: 'a.txt', content: Buffer.from('é'), date: 0x0021_0000 });
  });
});
