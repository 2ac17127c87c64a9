import { afterEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { delay } from '../../time/delay.js';
import { newTraceId } from '../../http/traceparent.js';
import type { TracedRequest } from '../../http/request-context.js';
import type { Operation, TracedSession } from '../operation.js';
import { Telemetry } from '../telemetry.js';
import type { EndedSpan, Recorded, SpanSink } from './span.js';
import { Traces } from './traces.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const ANOTHER = '1af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SESSION = { recordId: 'record-1', sessionId: 'vendor-1' };

const READ: Operation = { kind: 'database', name: 'findOne', collection: 'sessions' };
const CALL: Operation = { kind: 'call', peer: 'petya', name: 'config', goesOn: true };
const OPEN: Operation = { kind: 'open', vendor: 'liveavatar', session: SESSION };
const STEP = { kind: 'step', name: 'deliver', traceId: TRACE, session: SESSION } as const;

/** What is noted of a request, as the middleware has it. */
class Notes implements TracedRequest {
  session: TracedSession | undefined = undefined;
  constructor(public trace: string = newTraceId()) {}
}

type ToldSpan = EndedSpan & { readonly traceId: string };

function tracesTo(sink: SpanSink, ratio = 1): Traces {
  const traces = new Traces(sink, ratio);
  begun.push(traces);
  return traces;
}

const begun: Traces[] = [];
afterEach(() => {
  for (const traces of begun.splice(0)) traces.close();
});

function traced(ratio = 1) {
  const spans: ToldSpan[] = [];
  const telemetry = new Telemetry();
  const put = (recorded: Recorded): void => {
    const { traceId } = recorded;
    const more = recorded.spans(Date.now() - performance.now());
    expect(more).toHaveLength(recorded.count);
    spans.push(...more.map((span) => ({ ...span, traceId })));
  };
  telemetry.observe(tracesTo({ put }, ratio));
  /** A request that does something. */
  const request = async (
    work: () => Promise<unknown>,
    {
      notes = new Notes(),
      traceparent = undefined as string | undefined,
      route = '/v1/sessions/token',
      method = 'POST',
    } = {},
  ) => {
    const observation = telemetry.begin({ kind: 'request', method, traceparent, notes });
    await observation?.within(work);
    observation?.end({ outcome: '200', route });
    return notes;
  };
  return { telemetry, spans, request };
}

const read = (telemetry: Telemetry): Promise<number> =>
  telemetry.run(READ, () => Promise.resolve(1));

/** Spans as `name < name of its parent`, in the order in which they came. */
function tree(spans: readonly ToldSpan[]): string[] {
  const names = new Map(spans.map(({ id, text }) => [id, text.name]));
  return spans.map(({ text: { name }, parent }) => {
    if (parent === null) return name;
    return `${name} < ${names.get(parent.id) ?? (parent.isRemote ? 'elsewhere' : 'nothing')}`;
  });
}

describe('the spans of a request', () => {
  it('are parts of it, and of each other, at their times', async () => {
    const { telemetry, spans, request } = traced();
    await request(async () => {
      await telemetry.run(CALL, () => Promise.resolve());
      await telemetry.run(OPEN, async () => {
        await read(telemetry);
        await telemetry.run({ ...CALL, peer: 'liveavatar', name: 'token' }, () => delay(2));
      });
    });
    expect(tree(spans)).toEqual([
      'POST /v1/sessions/token',
      'petya config < POST /v1/sessions/token',
      'findOne sessions < open session',
      'liveavatar token < open session',
      'open session < POST /v1/sessions/token',
    ]);
    const [whole, ...parts] = spans;
    for (const { startMs, endMs, traceId } of parts) {
      expect(traceId).toBe(whole?.traceId);
      expect([startMs >= Number(whole?.startMs), endMs <= Number(whole?.endMs)]).toEqual([
        true,
        true,
      ]);
    }
    expect(Math.abs(Number(whole?.endMs) - Date.now())).toBeLessThan(5_000);
  });

  it('are of the caller’s trace, and parts of what it names', async () => {
    const { telemetry, spans, request } = traced();
    await request(() => read(telemetry), {
      notes: new Notes(TRACE),
      traceparent: `00-${TRACE}-${PARENT}-00`,
    });
    expect(spans[0]).toMatchObject({ traceId: TRACE, parent: { id: PARENT, isRemote: true } });
    expect(spans[1]?.traceId).toBe(TRACE);
  });

  it.each([`00-${TRACE}-${PARENT}-01, x`, 'SE_5799564546777614', `ff-${TRACE}-${PARENT}-01`])(
    'are of a new one where that is malformed: %s',
    async (traceparent) => {
      const { telemetry, spans, request } = traced();
      await request(() => read(telemetry), { traceparent });
      expect(spans[0]).toMatchObject({ parent: null });
      expect(JSON.stringify(spans)).not.toMatch(/0af7651916|SE_/);
    },
  );

  it('are all of the session’s trace, once it turns out which that is', async () => {
    const { telemetry, spans, request } = traced();
    const notes = new Notes(ANOTHER);
    await request(
      async () => {
        await read(telemetry);
        Object.assign(notes, { trace: TRACE, session: SESSION });
        await read(telemetry);
      },
      { notes, traceparent: `00-${ANOTHER}-${PARENT}-01` },
    );
    expect(spans.map(({ traceId }) => traceId)).toEqual([TRACE, TRACE, TRACE]);
    expect(spans[0]?.sessionId).toBe('vendor-1');
    expect([spans[0]?.parent?.isRemote, spans[0]?.parent?.id === PARENT]).toEqual([true, false]);
  });

  it('are no parts of the opening that is a part of them', async () => {
    const { telemetry, spans, request } = traced();
    const notes = new Notes(TRACE);
    const open = () => telemetry.run(OPEN, () => Promise.resolve());
    await request(() => open().then(() => Object.assign(notes, { session: SESSION })), { notes });
    await request(() => Promise.resolve(), { notes, route: '/v1/sessions/start' });
    expect(tree(spans)).toEqual([
      'POST /v1/sessions/token',
      'open session < POST /v1/sessions/token',
      'POST /v1/sessions/start < open session',
    ]);
  });

  it('go out also where they end after it, and nothing that begins after it', async () => {
    const { telemetry, spans, request } = traced();
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    let late: Promise<unknown> = Promise.resolve();
    await request(async () => {
      late = telemetry.run(CALL, () => gate).then(() => read(telemetry));
    });
    expect(tree(spans)).toEqual(['POST /v1/sessions/token']);
    goOn();
    await late;
    expect(tree(spans).slice(1)).toEqual(['petya config < POST /v1/sessions/token']);
  });

  it.each([
    ['a preflight', { method: 'OPTIONS', route: '/v1/sessions/token' }],
    ['a probe', { route: '/health/ready' }],
    ['a look at the metrics', { route: '/metrics' }],
  ])('are none of %s', async (_what, asked) => {
    const { telemetry, spans, request } = traced();
    await request(() => read(telemetry), asked);
    expect(spans).toEqual([]);
  });

  it('are none of a probe, where they end after it', async () => {
    const { telemetry, spans, request } = traced();
    let late: Promise<unknown> = Promise.resolve();
    await request(async () => void (late = telemetry.run(CALL, () => delay(2))), {
      route: '/health/ready',
    });
    await late;
    expect(spans).toEqual([]);
  });

  it('are so many at most, however much it reads', async () => {
    const { telemetry, spans, request } = traced();
    await request(async () => {
      for (let each = 0; each < 500; each += 1) await read(telemetry);
    });
    expect(spans).toHaveLength(101);
  });
});

describe('a request that waits for its batch', () => {
  it('is what it was as it ended, and holds nothing else of its request', async () => {
    const told: Recorded[] = [];
    const telemetry = new Telemetry();
    telemetry.observe(tracesTo({ put: (recorded) => void told.push(recorded) }));
    const request = Object.assign(new Notes(TRACE), { session: SESSION, answer: 'a whole answer' });
    const operation = { kind: 'request', method: 'POST', traceparent: undefined } as const;
    const observation = telemetry.begin({ ...operation, notes: request });
    await observation?.within(() => read(telemetry));
    observation?.end({ outcome: '200', route: '/v1/sessions/token' });
    Object.assign(request, { trace: ANOTHER, session: undefined });
    expect(inspect(told, { depth: 9 })).not.toContain('a whole answer');
    const [recorded] = told;
    expect([recorded?.traceId, recorded?.count]).toEqual([TRACE, 2]);
    const [whole, part] = recorded?.spans(1_000_000) ?? [];
    expect(whole).toMatchObject({ sessionId: 'vendor-1', parent: { isRemote: true } });
    expect(part?.parent).toEqual({ id: whole?.id, isRemote: false });
    expect(Number(whole?.startMs)).toBeGreaterThan(1_000_000);
  });
});

describe('the spans of the upkeep', () => {
  it('are of the session’s trace, and parts of its opening', async () => {
    const { telemetry, spans, request } = traced();
    await request(() => telemetry.run(OPEN, () => Promise.resolve()), { notes: new Notes(TRACE) });
    await telemetry.run(STEP, () => telemetry.run(CALL, () => read(telemetry)));
    expect(tree(spans)).toEqual([
      'POST /v1/sessions/token',
      'open session < POST /v1/sessions/token',
      'upkeep deliver < open session',
      'findOne sessions < petya config',
      'petya config < upkeep deliver',
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  });

  it('are parts of the opening of their own session, however often it is named', async () => {
    const { telemetry, spans } = traced();
    const of = (recordId: string) => ({ ...STEP, session: { recordId } });
    for (const id of ['record-1', 'record-2', 'record-1', 'record-2']) {
      await telemetry.run(of(id), () => Promise.resolve());
    }
    const [first, second, third, fourth] = spans.map(({ parent }) => parent?.id);
    expect([third, fourth]).toEqual([first, second]);
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(second).not.toBe(first);
  });

  it('are no parts of the request in which they happen to begin', async () => {
    const { telemetry, spans, request } = traced();
    const notes = new Notes(ANOTHER);
    await request(() => telemetry.run(STEP, () => read(telemetry)), { notes });
    const own = spans.filter(({ traceId }) => traceId === TRACE);
    expect(tree(own)).toEqual(['upkeep deliver < elsewhere', 'findOne sessions < upkeep deliver']);
    expect(tree(spans.filter(({ traceId }) => traceId === ANOTHER))).toEqual([
      'POST /v1/sessions/token',
    ]);
  });

  it('are of a trace of their own where the session has none', async () => {
    const { telemetry, spans } = traced();
    await telemetry.run({ ...STEP, traceId: null }, () => read(telemetry));
    expect(tree(spans)).toEqual(['upkeep deliver', 'findOne sessions < upkeep deliver']);
  });

  it('are none of what is done for nobody', async () => {
    const { telemetry, spans } = traced();
    await read(telemetry);
    await telemetry.run(CALL, () => Promise.resolve());
    expect(spans).toEqual([]);
  });
});

describe('the part that is kept', () => {
  it('is all of a trace or nothing, whatever its caller wants', async () => {
    const { telemetry, spans, request } = traced(0);
    await request(() => read(telemetry), {
      notes: new Notes(TRACE),
      traceparent: `00-${TRACE}-${PARENT}-01`,
    });
    await telemetry.run(STEP, () => read(telemetry));
    expect(spans).toEqual([]);
  });

  it('is not told of to what runs within a request that is told', async () => {
    const dropped = 'f'.repeat(32);
    const { telemetry, spans, request } = traced(0.5);
    await request(() => telemetry.run({ ...STEP, traceId: dropped }, () => read(telemetry)), {
      notes: new Notes(TRACE),
    });
    expect(tree(spans)).toEqual(['POST /v1/sessions/token']);
  });
});

describe('what goes out', () => {
  it('names the call that is asked with, and its trace', async () => {
    const { telemetry, spans, request } = traced();
    const said: (string | undefined)[] = [];
    await request(
      () =>
        telemetry.run(CALL, async () => {
          await nextTurn();
          said.push(telemetry.outgoing()['traceparent']);
        }),
      { notes: new Notes(TRACE) },
    );
    const asking = spans.find(({ text }) => text.name === 'petya config');
    expect(said).toEqual([`00-${TRACE}-${asking?.id}-01`]);
  });

  it.each([
    [0, '00'],
    [1, '01'],
  ])('says whether it is kept: %d', async (ratio, flag) => {
    const { telemetry, request } = traced(ratio);
    let said = '';
    await request(async () => void (said = String(telemetry.outgoing()['traceparent'])));
    expect(said.slice(-2)).toBe(flag);
  });

  it('names the request, and no call, to a peer that goes on with no trace', async () => {
    const { telemetry, spans, request } = traced();
    let said = '';
    const call: Operation = { kind: 'call', peer: 'heygen', name: 'task' };
    await request(() =>
      telemetry.run(call, async () => void (said = String(telemetry.outgoing()['traceparent']))),
    );
    const [whole] = spans;
    expect(said).toBe(`00-${whole?.traceId}-${whole?.id}-01`);
    expect(tree(spans)).toEqual([
      'POST /v1/sessions/token',
      'heygen task < POST /v1/sessions/token',
    ]);
  });

  it('is nothing where nothing is traced', () => {
    expect(traced().telemetry.outgoing()).toEqual({});
    expect(new Telemetry().outgoing()).toEqual({});
  });
});
