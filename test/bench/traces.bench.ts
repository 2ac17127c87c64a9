import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { say } from '../stack/say.js';
import { isQuick, measuredOn, median, report } from './figures.js';
import { compare, ratios } from './rest/closed-loop.js';
import type { Call, LoadResult } from './rest/load.js';
import { PEER_KEYS } from './rest/peers.js';
import { startRestWorld } from './rest/world.js';

/*
 * What it costs to be traced: the same call of the same app with a collector, with a tenth of all traces
 * kept, and without any, in turn.
 */
const OFF = 'traces off';
const ON = 'traces on';
const TENTH = 'a tenth of the traces';
const TIMES = isQuick ? 1 : 3;
const AT_LEAST = 0.9;

/** A collector that takes everything and looks at nothing: what it costs is not the app's. */
const collector = createServer((request, response) => {
  request.resume().on('end', () => response.end('{}'));
});
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
const { port } = collector.address() as AddressInfo;
const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
const world = await startRestWorld(
  [
    { name: OFF },
    { name: ON, env: traced },
    { name: TENTH, env: { ...traced, OTEL_TRACES_SAMPLER_ARG: '0.1' } },
  ],
  [],
);
measuredOn(world.database.description);
try {
  await reportCalls();
} finally {
  await world.stop();
}
process.exit();

async function reportCalls(): Promise<void> {
  say('\n50 connections');
  const call: Call = {
    path: '/v1/streaming.interrupt',
    body: {},
    sessions: world.sessions,
    keys: PEER_KEYS,
    expected: '"status":"success"',
  };
  const names = [OFF, ON, TENTH];
  const results = new Map<string, LoadResult[]>(names.map((name) => [name, []]));
  for (let time = 0; time < TIMES; time += 1) {
    const contestants = names.map((name) => ({ name, call }));
    for (const [name, rounds] of await compare(world, contestants, 50)) {
      results.get(name)?.push(...rounds);
    }
  }
  for (const name of [ON, TENTH]) {
    const rounds = ratios(results, [name, OFF]);
    const raw = Object.fromEntries(results);
    const figure = `proxied calls with ${name} ÷ without`;
    const value = median(rounds);
    report({ question: 'traces', figure, value, unit: '×', rounds, raw, atLeast: AT_LEAST });
    const cpu = ratios(results, [name, OFF], 'cpuMicros');
    const ofCpu = `CPU of a proxied call with ${name} ÷ without`;
    report({ question: 'traces', figure: ofCpu, value: median(cpu), unit: '×', rounds: cpu });
  }
}
