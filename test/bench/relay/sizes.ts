import { say } from '../../stack/say.js';
import { isQuick, median } from '../figures.js';
import { talk } from './clients.js';
import { type Kind, type Relay, startNginx, startRelay, withoutRelay } from './relays.js';
import { inTurn, reportRatio, type Rounds, valuesOf } from './rounds.js';

const SIZES = [
  { size: 200, name: '200 B', atLeast: 0.95 },
  { size: 4096, name: '4 KB', atLeast: 1 },
  { size: 65_536, name: '64 KB', atLeast: 1 },
];
const ROUNDS = isQuick ? 1 : 9;
const MS = isQuick ? 200 : 1000;
const AGAINST_PIPE = 0.85;
const ADDED_P99 = 1.5;

/** As many messages as go through, a few in flight on each of some sockets. */
export async function compareSizes(vendorPort: number): Promise<void> {
  const kinds = ['bare', 'ours', 'pipe', 'http-proxy'] as const;
  const relays: Relay[] = [withoutRelay(vendorPort)];
  for (const kind of kinds) relays.push(await startRelay(kind, vendorPort));
  const nginx = await startNginx(vendorPort);
  if (nginx) relays.push(nginx);
  for (const { size, name, atLeast } of SIZES) {
    const how = { sockets: 20, size, ms: MS, pace: { inFlight: 4 } };
    const contestants = new Map(relays.map((relay) => [relay.kind, () => talk(relay, how)]));
    const rounds = await inTurn(contestants, ROUNDS);
    describe(name, rounds);
    compare(name, rounds, atLeast);
  }
  for (const relay of relays) relay.stop();
}

function describe(name: string, rounds: Rounds<Kind>): void {
  say(`\n${name}, median of ${ROUNDS} rounds`);
  for (const kind of rounds.keys()) {
    const [perSecond, cpu, p99] = (['perSecond', 'cpuMicros', 'p99Micros'] as const).map((member) =>
      median(valuesOf(rounds, kind, member)),
    );
    say(
      `  ${kind.padEnd(11)}${perSecond?.toFixed(0).padStart(8)} messages/s` +
        `${cpu?.toFixed(1).padStart(8)} µs CPU each${p99?.toFixed(0).padStart(8)} µs p99`,
    );
  }
}

function compare(name: string, rounds: Rounds<Kind>, atLeast: number): void {
  const perSecond = (kind: Kind): number[] => valuesOf(rounds, kind, 'perSecond');
  const cpu = (kind: Kind): number[] => valuesOf(rounds, kind, 'cpuMicros');
  const direct = valuesOf(rounds, 'direct', 'p99Micros');
  const added = (kind: Kind): number[] =>
    valuesOf(rounds, kind, 'p99Micros').map((p99, round) => p99 - (direct[round] ?? Number.NaN));
  const raw = Object.fromEntries(rounds);
  const pair = (of: (kind: Kind) => number[], under: Kind) => [of('ours'), of(under)] as const;
  reportRatio(`messages/s ÷ bare, ${name}`, pair(perSecond, 'bare'), { atLeast, raw });
  reportRatio(`added p99 ÷ bare, ${name}`, pair(added, 'bare'), { atMost: ADDED_P99 });
  reportRatio(`messages/s ÷ byte pipe, ${name}`, pair(perSecond, 'pipe'), {
    atLeast: AGAINST_PIPE,
  });
  for (const peer of ['http-proxy', 'nginx'] as const) {
    if (rounds.has(peer)) reportRatio(`messages/s ÷ ${peer}, ${name}`, pair(perSecond, peer));
  }
  for (const peer of ['bare', 'pipe'] as const) {
    reportRatio(`CPU of a message ÷ ${peer}, ${name}`, pair(cpu, peer));
  }
}
