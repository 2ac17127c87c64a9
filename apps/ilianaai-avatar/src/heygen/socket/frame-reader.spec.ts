import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Ending } from './close-codes.js';
import { FrameReader, type FrameSink } from './frame-reader.js';
import { closeFrame, controlFrame, OPCODE, unmask } from './frames.js';

/** Remembers everything it is told, passed bytes joined. */
class Recorder implements FrameSink {
  passed = Buffer.alloc(0);
  frames = 0;
  readonly messages: string[] = [];
  end: { how: 'closed' | 'failed'; code: number | null } | null = null;

  constructor(
    private readonly wanted: boolean,
    readonly pingPayload = Buffer.from('ours'),
  ) {}

  pass(pieces: readonly Buffer[], frames: number): void {
    this.passed = Buffer.concat([this.passed, ...pieces]);
    this.frames += frames;
  }
  wants(): boolean {
    return this.wanted;
  }
  message(opcode: number, payload: Buffer): void {
    this.messages.push(`${opcode} ${payload.toString('latin1')}`);
  }
  closed({ code }: Ending): void {
    this.end = { how: 'closed', code };
  }
  failed({ code }: Ending): void {
    this.end = { how: 'failed', code };
  }
}

/** A frame of a server. */
function frame(opcode: number, payload: Buffer, isFinal = true): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (isFinal ? 0x80 : 0) | opcode;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** The same frame as a client sends it. */
function masked(opcode: number, payload: Buffer): Buffer {
  const plain = frame(opcode, payload);
  const head = plain.subarray(0, plain.length - payload.length);
  head[1] = (head[1] ?? 0) | 0x80;
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, mask, unmask(payload, mask)]);
}

/** Feeds bytes in pieces of some sizes, over and over. */
function feed(reader: FrameReader, bytes: Buffer, sizes: readonly number[]): void {
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
}

const payloads = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.integer({ min: 60_000, max: 70_000 }).map((size) => new Uint8Array(size).fill(size)),
  ),
  { maxLength: 8 },
);
const cuts = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 6 });

describe('FrameReader', () => {
  it.each([true, false])(
    'passes every byte on in order, however it is cut (wanted: %s)',
    (wanted) => {
      fc.assert(
        fc.property(payloads, cuts, fc.boolean(), (contents, sizes, isClient) => {
          const recorder = new Recorder(wanted);
          const build = isClient ? masked : frame;
          const bytes = Buffer.concat(
            contents.map((each) => build(OPCODE.binary, Buffer.from(each))),
          );
          feed(new FrameReader(isClient ? 'client' : 'server', recorder), bytes, sizes);
          expect(recorder.passed.equals(bytes)).toBe(true);
          expect(recorder.frames).toBe(contents.length);
          const messages = contents.map((each) => `2 ${Buffer.from(each).toString('latin1')}`);
          expect(recorder.messages).toEqual(wanted ? messages : []);
          expect(recorder.end).toBeNull();
        }),
        { numRuns: 60 },
      );
    },
  );

  it('joins fragments for whoever wants the message, with control frames between them', () => {
    const recorder = new Recorder(true);
    const bytes = Buffer.concat([
      frame(OPCODE.text, Buffer.from('hel'), false),
      frame(OPCODE.ping, Buffer.from('?')),
      frame(OPCODE.continuation, Buffer.from('lo')),
    ]);
    new FrameReader('server', recorder).push(bytes);
    expect(recorder.messages).toEqual(['1 hello']);
    expect(recorder.passed).toEqual(bytes);
    expect(recorder.frames).toBe(3);
  });

  it('keeps the answers to our own pings, and passes those to others on', () => {
    const recorder = new Recorder(false);
    const before = frame(OPCODE.binary, Buffer.from('a'));
    const ours = controlFrame(OPCODE.pong, Buffer.from('ours'), 'server');
    const theirs = controlFrame(OPCODE.pong, Buffer.from('theirs'), 'server');
    new FrameReader('server', recorder).push(Buffer.concat([before, ours, theirs]));
    expect(recorder.passed).toEqual(Buffer.concat([before, theirs]));
  });

  it('knows the answers to our own pings below a client’s mask', () => {
    const recorder = new Recorder(false);
    const ours = controlFrame(OPCODE.pong, Buffer.from('ours'), 'client');
    const others = ['theirs', 'ourz', ''].map((text) =>
      controlFrame(OPCODE.pong, Buffer.from(text), 'client'),
    );
    new FrameReader('client', recorder).push(Buffer.concat([ours, ...others, ours]));
    expect(recorder.passed).toEqual(Buffer.concat(others));
  });

  it('passes on what came before an end, and nothing of what comes after it', () => {
    for (const bad of [closeFrame(1000, Buffer.from('bye'), 'server'), Buffer.from([0x83, 0])]) {
      const recorder = new Recorder(false);
      const good = frame(OPCODE.binary, Buffer.from('good'));
      const reader = new FrameReader('server', recorder);
      reader.push(Buffer.concat([good, bad, good]));
      reader.push(good);
      expect(recorder.passed).toEqual(good);
      expect(recorder.end).not.toBeNull();
    }
  });

  it('reads a close frame that a client has masked', () => {
    const recorder = new Recorder(false);
    new FrameReader('client', recorder).push(closeFrame(4321, Buffer.from('why'), 'client'));
    expect(recorder.end).toEqual({ how: 'closed', code: 4321 });
  });
});
