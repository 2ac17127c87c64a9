import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { isQuick, median, report } from '../figures.js';
import { closeSockets, openSockets, type Sample, talk } from './clients.js';
import { type Relay, startRelay } from './relays.js';
import { inTurn, reportRatio, valuesOf } from './rounds.js';
import { FLOOD } from './vendor.js';

const ROUNDS = isQuick ? 2 : 9;
const MS = isQuick ? 500 : 2000;
const GROWTH_MB = 20;
const P99 = 2;
const MB = 1_000_000;

/** A client stops reading while its vendor floods it; others speak meanwhile. */
export async function measureStoppedReader(vendorPort: number): Promise<void> {
  const relay = await startRelay('ours', vendorPort);
  const how = { sockets: 20, size: 1040, ms: MS, pace: { everyMs: 10 } };
  const alone = (): Promise<Sample> => talk(relay, how);
  const grownMb: number[] = [];
  await alone();
  const beside = async (): Promise<Sample> => {
    const before = await relay.memoryBytes();
    const stopped = await openStopped(relay);
    const sample = await alone();
    grownMb.push(((await relay.memoryBytes()) - before) / MB);
    closeSockets([stopped]);
    return sample;
  };
  const rounds = await inTurn(
    new Map([['alone', alone] as const, ['beside', beside] as const]),
    ROUNDS,
  );
  report({
    question: 'relay',
    figure: 'resident memory beside a reader that has stopped',
    value: median(grownMb),
    unit: 'MB more',
    atMost: GROWTH_MB,
    rounds: grownMb,
  });
  const p99 = (name: 'alone' | 'beside'): number[] => valuesOf(rounds, name, 'p99Micros');
  reportRatio('p99 beside a reader that has stopped ÷ without', [p99('beside'), p99('alone')], {
    atMost: P99,
    raw: Object.fromEntries(rounds),
  });
  relay.stop();
}

async function openStopped(relay: Relay): Promise<WebSocket> {
  const [socket] = await openSockets(relay.port, 1);
  if (!socket) throw new Error('no socket');
  socket.send(FLOOD);
  // Below the library, which would go on reading on its own.
  (socket as unknown as { _socket: Socket })._socket.pause();
  return socket;
}
