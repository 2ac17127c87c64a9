import fc from 'fast-check';
import { rawFrame } from '../support/raw-frame.js';
import { textFrame } from '../vendor-simulator/heygen/pipecat.js';

export const FIN = 0x80;
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Some frames that belong together, and the messages that an echo makes of them. */
export interface Piece {
  readonly bytes: Buffer;
  /** `t` or `b` and the payload in base64. */
  readonly messages: readonly string[];
}

export const masks = fc
  .uint8Array({ minLength: 4, maxLength: 4 })
  .map((bytes) => Buffer.from(bytes));

const binaries = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  // Where the length takes another form.
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(0, 1, 125, 126, 127, 65_535, 65_536)
      .map((size) => Buffer.alloc(size, 7)),
  },
  // What the relay looks into: a visitor who types.
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }).map((text) => textFrame(text)) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from([0x0a, ...bytes])),
  },
);

const EVENTS = [
  '{}',
  'null',
  '[',
  '{"type":"avatar_talking_message","task_id":"t","message":"said "}',
  '{"type":"avatar_end_message","task_id":"t"}',
  '{"event_type":"user_talking_message","task_id":7,"message":{"$ne":null}}',
  '{"type":"avatar_end_message","task_id":"t","message":"\\ud800"}',
  `{"type":"${'a'.repeat(200)}"}`,
];

const texts = fc
  .oneof(fc.constantFrom(...EVENTS), fc.string({ maxLength: 80, unit: 'grapheme' }))
  .map((text) => Buffer.from(text));

/** A payload of a data frame, with the opcode that it may have. */
export const payloads = fc.oneof(
  binaries.map((payload) => ({ opcode: OPCODE.binary as number, payload })),
  texts.map((payload) => ({ opcode: OPCODE.text as number, payload })),
);

const controls = fc
  .record({
    opcode: fc.constantFrom(OPCODE.ping, OPCODE.pong),
    payload: fc.uint8Array({ maxLength: 125 }),
    mask: masks,
  })
  .map(({ opcode, payload, mask }) =>
    rawFrame({ first: FIN | opcode, payload: Buffer.from(payload), mask }),
  );

const whole = fc
  .tuple(payloads, masks)
  .map(([{ opcode, payload }, mask]) =>
    piece(opcode, payload, [rawFrame({ first: FIN | opcode, payload, mask })]),
  );

/** Cut anywhere, also inside of characters, with control frames between. */
const fragmented = fc
  .record({
    said: payloads,
    cuts: fc.array(fc.nat(), { maxLength: 5 }),
    between: fc.array(controls, { maxLength: 5 }),
    mask: masks,
  })
  .map(({ said: { opcode, payload }, cuts, between, mask }) => {
    const places = [...cuts.map((cut) => cut % (payload.length + 1)), payload.length];
    places.sort((one, other) => one - other);
    const frames = places.flatMap((end, index) => {
      const fin = index === places.length - 1 ? FIN : 0;
      const part = payload.subarray(places[index - 1] ?? 0, end);
      const frame = rawFrame({ first: fin | (index === 0 ? opcode : 0), payload: part, mask });
      return [frame, ...(fin ? [] : between.slice(index, index + 1))];
    });
    return piece(opcode, payload, frames);
  });

function piece(opcode: number, payload: Buffer, frames: readonly Buffer[]): Piece {
  const kind = opcode === OPCODE.text ? 't' : 'b';
  return { bytes: Buffer.concat(frames), messages: [kind + payload.toString('base64')] };
}

/** Frames that nothing is wrong with. */
export const rightPieces: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 4, arbitrary: whole },
  { weight: 3, arbitrary: fragmented },
  { weight: 2, arbitrary: controls.map((bytes) => ({ bytes, messages: [] })) },
);
