import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { imagesNode } from '../stack/images-node.js';
import { say } from '../stack/say.js';
import { isQuick, measuredOn, median, report } from './figures.js';
import { compare, ratios, ratiosOfMeans } from './rest/closed-loop.js';
import type { Call, LoadResult } from './rest/load.js';
import { PEER_KEYS } from './rest/peers.js';
import { startRestWorld } from './rest/world.js';

/*
 * What it costs to be traced: the same call of the same app with a collector, with a tenth of all traces
 * kept, and without any, in turn; by the Node.js of the image and by this one where it is another, since
 * they tell by other means which work belongs to which request.
 */
const OFF = 'traces off';
const AGAIN = 'traces off, again';
const ON = 'traces on';
const ON_AGAIN = 'traces on, again';
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
const programs = new Set([await imagesNode(), process.execPath]);
for (const node of programs) await reportCalls(node);
process.exit();

async function versionOf(node: string): Promise<string> {
  const { stdout } = await promisify(execFile)(node, ['--version']);
  return `Node.js ${stdout.trim().slice(1)}`;
}

async function reportCalls(node: string): Promise<void> {
  const version = await versionOf(node);
  const world = await startRestWorld(
    [
      { name: OFF, node },
      { name: AGAIN, node },
      { name: ON, node, env: traced },
      { name: ON_AGAIN, node, env: traced },
      { name: TENTH, node, env: { ...traced, OTEL_TRACES_SAMPLER_ARG: '0.1' } },
    ],
    [],
  );
  measuredOn(world.database.description);
  try {
    say(`\n50 connections, ${version}`);
    const call: Call = {
      path: '/v1/streaming.interrupt',
      body: {},
      sessions: world.sessions,
      keys: PEER_KEYS,
      expected: '"status":"success"',
    };
    const names = [OFF, ON, TENTH, ON_AGAIN, AGAIN];
    const results = new Map<string, LoadResult[]>(names.map((name) => [name, []]));
    for (let time = 0; time < TIMES; time += 1) {
      const contestants = names.map((name) => ({ name, call }));
      for (const [name, rounds] of await compare(world, contestants, 50)) {
        results.get(name)?.push(...rounds);
      }
    }
    const raw = Object.fromEntries(results);
    const kinds = { [ON]: [ON, ON_AGAIN], [TENTH]: [TENTH] };
    for (const [name, some] of Object.entries(kinds)) {
      const over = [some, [OFF, AGAIN]] as const;
      const rounds = ratiosOfMeans(results, over);
      const figure = `proxied calls with ${name} ÷ without, ${version}`;
      const value = median(rounds);
      report({ question: 'traces', figure, value, unit: '×', rounds, raw, atLeast: AT_LEAST });
      const cpu = ratiosOfMeans(results, over, 'cpuMicros');
      const ofCpu = `CPU of a proxied call with ${name} ÷ without, ${version}`;
      report({ question: 'traces', figure: ofCpu, value: median(cpu), unit: '×', rounds: cpu });
    }
    const alike = ratios(results, [AGAIN, OFF]);
    const figure = `the same without traces ÷ without, ${version}: how exact that is`;
    report({ question: 'traces', figure, value: median(alike), unit: '×', rounds: alike });
  } finally {
    await world.stop();
  }
}
