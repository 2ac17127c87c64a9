import { isQuick } from '../figures.js';
import { closeSockets, openSockets, talk } from './clients.js';
import { startRelay } from './relays.js';
import { inTurn, reportRatio, valuesOf } from './rounds.js';

const IDLE = 1000;
const ROUNDS = isQuick ? 2 : 9;
const MS = isQuick ? 500 : 2000;
const P99 = 1.5;

/** A microphone's frame: 32 ms of sound (16 kHz, 16 bit, one channel) and what is around it. */
const MICROPHONE = { size: 1040, everyMs: 32 };

/** Some visitors speak while many more listen, at the pace of speech. */
export async function compareTalking(vendorPort: number): Promise<void> {
  const relays = [await startRelay('bare', vendorPort), await startRelay('ours', vendorPort)];
  const idle = await Promise.all(relays.map(({ port }) => openSockets(port, IDLE)));
  const { size, everyMs } = MICROPHONE;
  const how = { sockets: 100, size, ms: MS, pace: { everyMs } };
  const rounds = await inTurn(
    new Map(relays.map((relay) => [relay.kind, () => talk(relay, how)])),
    ROUNDS,
  );
  const values = (member: 'cpuMicros' | 'p99Micros') =>
    [valuesOf(rounds, 'ours', member), valuesOf(rounds, 'bare', member)] as const;
  const what = `100 that speak beside ${IDLE} idle ÷ bare`;
  const raw = Object.fromEntries(rounds);
  reportRatio(`p99, ${what}`, values('p99Micros'), { atMost: P99, raw });
  reportRatio(`CPU of a message, ${what}`, values('cpuMicros'));
  for (const sockets of idle) closeSockets(sockets);
  for (const relay of relays) relay.stop();
}
