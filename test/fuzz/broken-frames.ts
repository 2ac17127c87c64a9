import fc from 'fast-check';
import { rawFrame } from '../support/raw-frame.js';
import { FIN, masks, OPCODE, payloads } from './socket-frames.js';

/** Frames that break the protocol or a limit. */
export interface Flaw {
  readonly name: string;
  readonly bytes: Buffer;
  /** The close codes that are right for it. */
  readonly codes: readonly number[];
}

const PROTOCOL = [1002];
const TEXT = [1007];
const TOO_BIG = [1009];
const MAX_MESSAGE_BYTES = 1024 * 1024;

const BAD_TEXTS = ['ff', 'c0af', 'eda080', 'f4908080', '61e28c', 'f0288cbc', '6180'];

const BAD_CLOSES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535];

function flaw(name: string, codes: readonly number[], ...frames: Buffer[]): Flaw {
  return { name, codes, bytes: Buffer.concat(frames) };
}

const start = (mask: Buffer) =>
  rawFrame({ first: OPCODE.binary, payload: Buffer.from('begun'), mask });

const reserved = fc
  .tuple(fc.integer({ min: 1, max: 7 }), payloads, masks)
  .map(([bits, { opcode, payload }, mask]) =>
    flaw('reserved bits', PROTOCOL, rawFrame({ first: FIN | (bits << 4) | opcode, payload, mask })),
  );

const opcodes = fc
  .tuple(fc.constantFrom(3, 4, 5, 6, 7, 11, 12, 13, 14, 15), fc.constantFrom(FIN, 0), masks)
  .map(([opcode, fin, mask]) =>
    flaw('unknown opcode', PROTOCOL, rawFrame({ first: fin | opcode, payload: mask, mask })),
  );

const unmasked = payloads.map(({ opcode, payload }) =>
  flaw('unmasked', PROTOCOL, rawFrame({ first: FIN | opcode, payload, isMasked: false })),
);

const fragments = fc
  .tuple(fc.constantFrom('start', 'within'), payloads, masks)
  .map(([how, said, mask]) =>
    how === 'start'
      ? flaw(
          'continuation without a start',
          PROTOCOL,
          rawFrame({ first: FIN, payload: said.payload, mask }),
        )
      : flaw(
          'a message inside another',
          PROTOCOL,
          start(mask),
          rawFrame({ first: FIN | said.opcode, payload: said.payload, mask }),
        ),
  );

const controls = fc
  .tuple(
    fc.constantFrom(OPCODE.close, OPCODE.ping, OPCODE.pong),
    fc.constantFrom(
      { payload: Buffer.alloc(126, 120) },
      { payload: Buffer.alloc(3, 120), lengthBytes: 2 as const },
      { payload: Buffer.alloc(3, 120), lengthBytes: 8 as const },
      { payload: Buffer.alloc(0), length: 1n << 62n },
    ),
    masks,
  )
  .map(([opcode, shape, mask]) =>
    flaw('a long control frame', PROTOCOL, rawFrame({ first: FIN | opcode, ...shape, mask })),
  );

const cutControls = fc
  .tuple(fc.constantFrom(OPCODE.close, OPCODE.ping, OPCODE.pong), masks)
  .map(([first, mask]) =>
    flaw('a control frame in fragments', PROTOCOL, rawFrame({ first, payload: mask, mask })),
  );

const tooBig = fc
  .tuple(
    fc.constantFrom(OPCODE.text, OPCODE.binary),
    fc.oneof(
      fc.integer({ min: MAX_MESSAGE_BYTES + 1, max: 2 ** 31 }).map(BigInt),
      fc.constantFrom(1n << 32n, (1n << 53n) + 1n, 1n << 62n, (1n << 63n) + 5n, (1n << 64n) - 1n),
    ),
    fc.boolean(),
    masks,
  )
  .map(([opcode, length, isSplit, mask]) => {
    // The highest bit of a length must be zero: that may be called one fault or the other.
    const codes = length >= 1n << 63n ? [...TOO_BIG, ...PROTOCOL] : TOO_BIG;
    return isSplit
      ? flaw(
          'fragments too big',
          codes,
          start(mask),
          rawFrame({ first: FIN, length: length - 1n, mask }),
        )
      : flaw('too big', codes, rawFrame({ first: FIN | opcode, length, mask }));
  });

const manyFragments = fc.tuple(fc.integer({ min: 128, max: 140 }), masks).map(([count, mask]) => {
  const frames = Array.from({ length: count }, (_none, index) =>
    rawFrame({ first: index === 0 ? OPCODE.binary : 0, payload: mask, mask }),
  );
  return flaw('too many fragments', [1008], ...frames);
});

const badTexts = fc
  .tuple(fc.constantFrom(...BAD_TEXTS), fc.boolean(), masks)
  .map(([hex, isSplit, mask]) => {
    const payload = Buffer.from(hex, 'hex');
    if (!isSplit)
      return flaw('no UTF-8', TEXT, rawFrame({ first: FIN | OPCODE.text, payload, mask }));
    const parts = [...payload].map((byte, index) =>
      rawFrame({
        first: (index === payload.length - 1 ? FIN : 0) | (index === 0 ? OPCODE.text : 0),
        payload: Buffer.from([byte]),
        mask,
      }),
    );
    return flaw('no UTF-8 in fragments', TEXT, ...parts);
  });

const badCloses = fc
  .tuple(
    fc.oneof(
      fc
        .constantFrom(...BAD_CLOSES)
        .map((code) => ({ payload: withCode(code, ''), codes: PROTOCOL })),
      fc.constant({ payload: Buffer.from([3]), codes: PROTOCOL }),
      fc.constantFrom(...BAD_TEXTS).map((hex) => ({
        payload: Buffer.concat([withCode(1000, ''), Buffer.from(hex, 'hex')]),
        codes: TEXT,
      })),
    ),
    masks,
  )
  .map(([{ payload, codes }, mask]) =>
    flaw('a bad close', codes, rawFrame({ first: FIN | OPCODE.close, payload, mask })),
  );

/** Payload of a close frame. */
export function withCode(code: number, reason: string): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return Buffer.concat([head, Buffer.from(reason)]);
}

export const flaws: fc.Arbitrary<Flaw> = fc.oneof(
  reserved,
  opcodes,
  unmasked,
  fragments,
  controls,
  cutControls,
  tooBig,
  manyFragments,
  badTexts,
  badCloses,
);
