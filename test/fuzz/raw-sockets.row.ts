import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { SimulatorControl } from '../vendor-simulator/simulator.control.js';
import type { Arena, Tenant } from './arena.js';
import { converse } from './converse-socket.js';
import { inParallel } from './in-parallel.js';
import { judgeSocket } from './judge-socket.js';
import { countStreams, type SocketStream, socketStreams } from './socket-streams.js';
import { endStream, GoodSocket, openStream } from './stream-session.js';
import { type RowResult, Tally } from './tally.js';

const LANES = 8;

/** Sockets that are thought up in one go. */
const PART = 200;

/** A session is used for so many sockets, and then looked at from the vendor's side. */
const SOCKETS_PER_SESSION = 150;

/**
 * Raw WebSocket streams to the relay, with an echoing vendor behind it: each has one end, a good
 * socket works right after it, and nothing of it is left at the vendor.
 */
export async function rawSocketsRow(arena: Arena, cases: number, seed: number): Promise<RowResult> {
  const tally = new Tally('raw WebSocket frame streams');
  const vendor = new SimulatorControl(arena.simulatorUrl);
  await vendor.set({ heygenSocket: 'echo' });
  const tenant = await arena.makeTenant({ limits: { maxConcurrentSessions: 100 } });
  const streams = await generate(cases, seed);
  const lanes = Array.from({ length: LANES }, (_none, lane) =>
    streams.filter((_stream, index) => index % LANES === lane),
  );
  await inParallel(lanes, LANES, (lane) => runLane(arena, tenant, lane, tally));
  await vendor.set({ heygenSocket: 'persona' });
  const count = streams.reduce((sum, stream) => sum + countStreams(stream), 0);
  return { ...tally.result(`on ${streams.length} sockets, seed ${seed}`), cases: count };
}

/** As many sockets as it takes for so many streams. */
async function generate(cases: number, seed: number): Promise<SocketStream[]> {
  const sockets: SocketStream[] = [];
  let count = 0;
  for (let part = 0; count < cases; part += 1) {
    for (const socket of fc.sample(socketStreams, { numRuns: PART, seed: seed + part })) {
      if (count >= cases) break;
      count += countStreams(socket);
      sockets.push(socket);
    }
    // Connections that are closed meanwhile are to be noticed before they are used again.
    await setImmediate();
  }
  return sockets;
}

/** One after another, each beside the same good socket. */
async function runLane(
  arena: Arena,
  tenant: Tenant,
  streams: readonly SocketStream[],
  tally: Tally,
): Promise<void> {
  for (let from = 0; from < streams.length; from += SOCKETS_PER_SESSION) {
    const session = await openStream(arena, tenant);
    const calm = await openStream(arena, tenant);
    const good = await GoodSocket.open(arena, calm);
    for (const stream of streams.slice(from, from + SOCKETS_PER_SESSION)) {
      const { port } = new URL(arena.avatarUrl);
      const request = stream.handshake.write(session.sessionId, session.token);
      const problems = judgeSocket(stream, await converse(Number(port), request, stream));
      problems.push(...(await good.echoes()));
      tally.count(problems, describe(stream, request));
    }
    tally.count(await good.close());
    tally.count([...(await endStream(arena, calm)), ...(await endStream(arena, session))]);
  }
}

/** Enough to send it again. */
function describe({ kind, ending, isEager, rounds, bytes }: SocketStream, request: string) {
  const all = [...rounds.map((round) => round.bytes), bytes];
  return { kind, ending, isEager, request, bytes: all.map((each) => each.toString('base64')) };
}
