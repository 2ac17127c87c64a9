import fc from 'fast-check';
import { rawFrame } from '../support/raw-frame.js';
import { flaws, withCode } from './broken-frames.js';
import {
  type Handshake,
  mutatedHandshakes,
  rightHandshakes,
  wrongHandshakes,
} from './opening-handshakes.js';
import { FIN, masks, OPCODE, type Piece, rightPieces } from './socket-frames.js';

/** A stream that nothing is wrong with: the socket stays open behind it. */
export interface Round {
  readonly bytes: Buffer;
  /** Payload of its last message; its echo says that all before it has come through. */
  readonly last: Buffer;
  readonly messages: readonly string[];
}

/** Streams on one raw socket: right ones, then one that ends it, and what is right for that end. */
export interface SocketStream {
  readonly kind: string;
  readonly handshake: Handshake;
  readonly rounds: readonly Round[];
  readonly bytes: Buffer;
  /** Sent together with the handshake, and not only once that is answered. */
  readonly isEager: boolean;
  /**
   * What follows the bytes: we wait for the relay to close; we close; we say that nothing more
   * comes; or the connection breaks.
   */
  readonly ending: 'wait' | 'close' | 'half-close' | 'reset';
  /** Codes it may be closed with; null where the bytes do not tell. */
  readonly codes: readonly number[] | null;
  /** What an echo gives back of the end, in order. */
  readonly messages: readonly string[];
}

const NOTHING = Buffer.alloc(0);
const GOOD_CODES = [1000, 1001, 1003, 1007, 1008, 1011, 1012, 1013, 1014, 3000, 4000, 4999];

const pieces = fc.array(rightPieces, { maxLength: 6 });

function joined(list: readonly Piece[], ...more: Buffer[]) {
  return {
    bytes: Buffer.concat([...list.map(({ bytes }) => bytes), ...more]),
    messages: list.flatMap(({ messages }) => messages),
  };
}

type Told = Pick<SocketStream, 'kind' | 'bytes' | 'ending' | 'codes'> & Partial<SocketStream>;

const rounds = fc
  .tuple(pieces, fc.uint8Array({ minLength: 12, maxLength: 12 }), masks)
  .map(([list, bytes, mask]): Round => {
    const last = Buffer.from(bytes);
    const frame = rawFrame({ first: FIN | OPCODE.binary, payload: last, mask });
    const { bytes: all, messages } = joined(list, frame);
    return { bytes: all, last, messages: [...messages, `b${last.toString('base64')}`] };
  });

/** Behind a handshake that is right, and behind streams that are. */
function opened(arbitrary: fc.Arbitrary<Told>): fc.Arbitrary<SocketStream> {
  return fc
    .tuple(arbitrary, rightHandshakes, fc.array(rounds, { maxLength: 4 }), fc.boolean())
    .map(([told, handshake, before, isEager]) => ({
      handshake,
      rounds: before,
      isEager: isEager && before.length === 0,
      messages: [],
      ...told,
    }));
}

const right = fc.array(rounds, { minLength: 1, maxLength: 5 }).map((list): Told => ({
  kind: 'right',
  ending: 'close',
  codes: [1000],
  bytes: NOTHING,
  rounds: list,
}));

/** How many streams there are on it: the end is one, unless it is only ours. */
export function countStreams({ rounds: before, ending }: SocketStream): number {
  return before.length + (ending === 'close' ? 0 : 1);
}

const closing = fc
  .tuple(pieces, fc.option(fc.constantFrom(...GOOD_CODES)), fc.string({ maxLength: 30 }), masks)
  .map(([list, code, reason, mask]): Told => {
    const payload = code === null ? NOTHING : withCode(code, reason);
    const close = rawFrame({ first: FIN | OPCODE.close, payload, mask });
    return { kind: 'closing', ending: 'wait', codes: [code ?? 1005], ...joined(list, close) };
  });

/** Whatever follows the flaw is not looked at. */
const broken = fc
  .tuple(pieces, flaws, fc.array(rightPieces, { maxLength: 2 }))
  .map(([list, { name, bytes, codes }, after]): Told => ({
    kind: name,
    ending: 'wait',
    codes,
    ...joined(list, bytes, joined(after).bytes),
  }));

const cut = fc
  .tuple(pieces, rightPieces, fc.nat(), fc.constantFrom('half-close', 'reset'))
  .map(([list, { bytes }, where, ending]): Told => ({
    kind: 'cut',
    ending,
    codes: null,
    ...joined(list, bytes.subarray(0, where % bytes.length)),
  }));

const changes = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('flip', 'insert', 'remove', 'repeat'),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
});

const mutated = fc
  .tuple(pieces, fc.array(changes, { minLength: 1, maxLength: 4 }))
  .map(([list, edits]): Told => {
    const bytes = edits.reduce((all, { at, how, bytes: some }) => {
      const place = at % (all.length + 1);
      const before = all.subarray(0, place);
      const rest = all.subarray(place);
      if (how === 'insert') return Buffer.concat([before, some, rest]);
      if (how === 'repeat') return Buffer.concat([before, rest.subarray(0, 20), rest]);
      return Buffer.concat([before, how === 'flip' ? some : NOTHING, rest.subarray(some.length)]);
    }, joined(list).bytes);
    return { kind: 'mutated', ending: 'half-close', codes: null, bytes };
  });

const random = fc.uint8Array({ maxLength: 400 }).map((bytes): Told => ({
  kind: 'random',
  ending: 'half-close',
  codes: null,
  bytes: Buffer.from(bytes),
}));

function handshakes(kind: string, ending: 'wait' | 'half-close', from: fc.Arbitrary<Handshake>) {
  return from.map((handshake): SocketStream => ({
    kind,
    ending,
    handshake,
    rounds: [],
    bytes: NOTHING,
    isEager: false,
    codes: null,
    messages: [],
  }));
}

/** Raw socket streams of every kind. */
export const socketStreams: fc.Arbitrary<SocketStream> = fc.oneof(
  { weight: 4, arbitrary: opened(right) },
  { weight: 2, arbitrary: opened(closing) },
  { weight: 6, arbitrary: opened(broken) },
  { weight: 2, arbitrary: opened(cut) },
  { weight: 3, arbitrary: opened(mutated) },
  { weight: 1, arbitrary: opened(random) },
  { weight: 3, arbitrary: handshakes('wrong handshake', 'wait', wrongHandshakes) },
  { weight: 2, arbitrary: handshakes('mutated handshake', 'half-close', mutatedHandshakes) },
);
