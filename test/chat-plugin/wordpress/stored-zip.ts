import { crc32 } from 'node:zlib';

/** A file of an archive: its path with slashes, ASCII, and what stands in it. */
export interface ArchivedFile {
  readonly path: string;
  readonly content: Buffer;
}

/** The first day that the format knows, so that the same files are always the same archive. */
const DATE = 0x0021;
const VERSION = 10;
const FILE = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
/** An ordinary file that its owner may write and everybody read, as Unix says it. */
const MODE = 0o100644 * 0x10000;

/** Numbers in the order of the format, each in so many bytes. */
type Numbers = readonly (readonly [bytes: 2 | 4, value: number])[];

/**
 * Makes a ZIP archive without compression, whose bytes depend on nothing but the files.
 * @param files in the order that they shall have
 */
export function storedZip(files: readonly ArchivedFile[]): Buffer {
  const parts: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const path = Buffer.from(file.path, 'ascii');
    const part = Buffer.concat([pack([[4, FILE], ...described(file)]), path, file.content]);
    entries.push(pack([[4, ENTRY], [2, VERSION], ...described(file), ...placed(offset)]), path);
    parts.push(part);
    offset += part.length;
  }
  const directory = Buffer.concat(entries);
  return Buffer.concat([...parts, directory, ending(files.length, directory.length, offset)]);
}

/** What stands before the file and again in the directory. */
function described({ path, content }: ArchivedFile): Numbers {
  const [flags, method, time, extra] = [0, 0, 0, 0];
  return [
    [2, VERSION],
    [2, flags],
    [2, method],
    [2, time],
    [2, DATE],
    [4, crc32(content)],
    [4, content.length],
    [4, content.length],
    [2, path.length],
    [2, extra],
  ];
}

function placed(offset: number): Numbers {
  const [comment, disk, attributes] = [0, 0, 0];
  return [
    [2, comment],
    [2, disk],
    [2, attributes],
    [4, MODE],
    [4, offset],
  ];
}

function ending(count: number, length: number, offset: number): Buffer {
  const [disk, comment] = [0, 0];
  return pack([
    [4, END],
    [2, disk],
    [2, disk],
    [2, count],
    [2, count],
    [4, length],
    [4, offset],
    [2, comment],
  ]);
}

function pack(numbers: Numbers): Buffer {
  return Buffer.concat(
    numbers.map(([bytes, value]) => {
      const packed = Buffer.alloc(bytes);
      packed.writeUIntLE(value, 0, bytes);
      return packed;
    }),
  );
}
