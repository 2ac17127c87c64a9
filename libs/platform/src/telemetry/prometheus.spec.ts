import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Histogram } from 'prom-client';
import type { GaugeSource } from './gauges.js';
import { Prometheus } from './prometheus.js';
import { Telemetry } from './telemetry.js';

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** A source of one gauge without labels and one with. */
function source(read: GaugeSource['read']): GaugeSource {
  const gauges = [
    { name: 'things', help: 'Things.', labels: [] },
    { name: 'things_by_kind', help: 'Things by kind.', labels: ['kind'] },
  ];
  return { gauges, read };
}

function someMetrics(...sources: GaugeSource[]) {
  const metrics = new Prometheus({
    measured: ['call', 'database'],
    counted: ['session-ended'],
    awaited: [{ kind: 'session-ended', vendor: 'liveavatar', reason: 'idle' }],
    version: '1.2.3',
    sources,
  });
  const telemetry = new Telemetry();
  telemetry.observe(metrics);
  return { metrics, telemetry };
}

/** The lines of some metrics, without what they mean. */
const linesOf = (text: string, ...names: string[]) =>
  text.split('\n').filter((line) => names.some((name) => line.startsWith(name)));

describe('the metrics', () => {
  it('tell how long things take, by their names and outcomes', async () => {
    const { metrics, telemetry } = someMetrics();
    const name = 'db_client_operation_duration_seconds';
    const find = { kind: 'database', name: 'find', collection: 'sessions' } as const;
    for (let each = 0; each < 3; each += 1) await telemetry.run(find, () => Promise.resolve());
    const labels = '{db_operation_name="find",db_collection_name="sessions"}';
    expect(linesOf(await metrics.text(), `${name}_count`)).toEqual([`${name}_count${labels} 3`]);
  });

  it('tell of everything, and hold little of it while nobody looks', async () => {
    // What the library's `observe` is.
    const library = Histogram.prototype as unknown as { observeWithoutExemplar(): void };
    const observe = jest.spyOn(library, 'observeWithoutExemplar');
    const { metrics, telemetry } = someMetrics();
    const read = { kind: 'database', name: 'find', collection: 'turns' } as const;
    for (let each = 0; each < 1_203; each += 1) await telemetry.run(read, () => Promise.resolve());
    expect(observe).toHaveBeenCalledTimes(1_000);
    for (const _look of [1, 2]) {
      const [count] = linesOf(await metrics.text(), 'db_client_operation_duration_seconds_count');
      expect(count).toMatch(/ 1203$/);
    }
  });

  it('tell nothing of what the app has none of', async () => {
    const { metrics, telemetry } = someMetrics();
    const start = { kind: 'start', vendor: 'liveavatar', traceId: null } as const;
    expect(telemetry.begin(start)).toBeNull();
    telemetry.note({ kind: 'delivery-judged', outcome: 'taken' });
    telemetry.note({ kind: 'session-ended', vendor: 'liveavatar', reason: 'no_show' });
    expect(linesOf(await metrics.text(), 'avatar_', 'petya_')).toEqual([
      'avatar_sessions_ended_total{vendor="liveavatar",reason="idle"} 0',
      'avatar_sessions_ended_total{vendor="liveavatar",reason="no_show"} 1',
    ]);
  });

  it('tell a number before its first time, so that a rate has that, too', async () => {
    const { metrics, telemetry } = someMetrics();
    const idle = (times: number) => [
      `avatar_sessions_ended_total{vendor="liveavatar",reason="idle"} ${times}`,
    ];
    expect(linesOf(await metrics.text(), 'avatar_')).toEqual(idle(0));
    telemetry.note({ kind: 'session-ended', vendor: 'liveavatar', reason: 'idle' });
    expect(linesOf(await metrics.text(), 'avatar_')).toEqual(idle(1));
  });

  it('have what the sources read at that moment, and forget what there is no more', async () => {
    const readings = [
      [{ name: 'things', value: 2 }],
      [{ name: 'things_by_kind', labels: { kind: 'new' }, value: 1 }],
      [],
    ];
    const { metrics } = someMetrics(source(() => readings.shift() ?? []));
    expect(linesOf(await metrics.text(), 'things')).toEqual(['things 2']);
    expect(linesOf(await metrics.text(), 'things')).toEqual(['things_by_kind{kind="new"} 1']);
    expect(linesOf(await metrics.text(), 'things')).toEqual([]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no database'))],
    ['never answers', () => new Promise<never>(() => undefined)],
  ])('are there without what a source has that %s', async (_how, read) => {
    jest.useFakeTimers();
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { metrics } = someMetrics(source(read));
    const text = metrics.text();
    await jest.advanceTimersByTimeAsync(4_000);
    expect(linesOf(await text, 'things', 'build_info')).toEqual([
      `build_info{version="1.2.3",node="${process.versions.node}"} 1`,
    ]);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('tell of the process no more than is looked at', async () => {
    const { metrics } = someMetrics();
    const names = (await metrics.text()).match(/(?<=^# HELP )(process|nodejs)\w+/gm);
    expect(names).toHaveLength(13);
    expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('tell how much of the processor was used', async () => {
    const { metrics } = someMetrics();
    const used = async () =>
      Number(linesOf(await metrics.text(), 'process_cpu_seconds_total')[0]?.split(' ')[1]);
    const before = await used();
    const began = process.cpuUsage();
    while (process.cpuUsage(began).user < 20_000) void Math.random();
    expect(await used()).toBeGreaterThanOrEqual(before + 0.02);
  });
});
