import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SimulatorControl } from '../vendor-simulator/simulator.control.js';
import type { Arena, Tenant } from './arena.js';
import { exchange, type Reply } from './exchange.js';
import { inParallel } from './in-parallel.js';
import { type RowResult, Tally } from './tally.js';

const SLOW_SOCKETS = 40;
const CONNECTIONS = 2_000;
const STARTS = 500;
const QUOTA = 5;

/** Slow senders are cut at 10 s and 30 s; the server looks once a second. */
const HEADERS_CUT_MS = 13_000;
const BODY_CUT_MS = 34_000;

const GOOD_P99_MS = 1_000;

/** Longest that a vendor's `Retry-After` holds calls up, and some time for the call that follows. */
const VENDOR_RESTED_MS = 75_000;

/** Slow headers, slow bodies, a flood of connections and of starts, while a good caller works. */
export async function slowCallersRow(arena: Arena, rounds: number): Promise<RowResult> {
  const tally = new Tally('slow callers and floods');
  const tenant = await arena.makeTenant({ limits: { maxConcurrentSessions: QUOTA } });
  const good = watchGoodCaller(arena, tenant);
  for (let round = 0; round < rounds; round += 1) {
    const slow = Promise.all([
      slowSockets(arena, 'headers', tenant, tally),
      slowSockets(arena, 'body', tenant, tally),
    ]);
    await floodConnections(arena, tally);
    await floodStarts(arena, tally);
    await slow;
  }
  const latencies = (await good.stop()).sort((one, other) => one - other);
  const p99 = latencies[Math.floor(latencies.length * 0.99)] ?? Infinity;
  tally.count(p99 < GOOD_P99_MS ? [] : [`a good caller's p99 is ${Math.round(p99)} ms`]);
  return tally.result(`good caller: p99 ${Math.round(p99)} ms of ${latencies.length} calls`);
}

/** Somebody who asks both apps something ten times a second, and how long it took. */
function watchGoodCaller(arena: Arena, { key }: Tenant) {
  const latencies: number[] = [];
  let isRunning = true;
  const headers = { 'x-api-key': key };
  const watch = async (): Promise<void> => {
    while (isRunning) {
      for (const [url, path, status] of [
        [arena.petyaUrl, '/api/v1/account/config', 200],
        // The key is looked up; what it asks for is not for a key.
        [arena.avatarUrl, '/v1/sessions/nobody', 401],
      ] as const) {
        const began = performance.now();
        const reply = await exchange(url, { method: 'GET', path, headers });
        if (reply.status !== status) throw new Error(`a good call is answered ${reply.status}`);
        latencies.push(performance.now() - began);
      }
      await sleep(50);
    }
  };
  const watching = watch();
  // Asked for at the end; until then its failure is nobody's.
  watching.catch(() => undefined);
  return {
    stop: async () => {
      isRunning = false;
      await watching;
      return latencies;
    },
  };
}

/** Sends a byte a second; the server has to answer 408, or close, in time. */
async function slowSockets(
  arena: Arena,
  what: 'headers' | 'body',
  { key }: Tenant,
  tally: Tally,
): Promise<void> {
  const limitMs = what === 'headers' ? HEADERS_CUT_MS : BODY_CUT_MS;
  await inParallel(Array.from({ length: SLOW_SOCKETS }), SLOW_SOCKETS, async (_none, index) => {
    const isAvatar = index % 2 === 0;
    const path = isAvatar ? '/v1/sessions/token' : '/api/v1/visitors/init';
    // A body is read from somebody only who has shown a credential.
    const start =
      `POST ${path} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${key}\r\n` +
      'Content-Type: application/json\r\n';
    const url = isAvatar ? arena.avatarUrl : arena.petyaUrl;
    const { ms, received } = await drip(url, { what, start, limitMs });
    const problems = ms > limitMs ? [`slow ${what} were borne for ${Math.round(ms / 1000)} s`] : [];
    if (!received.startsWith('HTTP/1.1 408 ')) {
      problems.push(`slow ${what} were answered: ${received.slice(0, 40)}`);
    } else if (!received.includes('urn:problem:request_timeout')) {
      problems.push(`slow ${what} got another body than ours`);
    }
    tally.count(problems);
  });
}

interface Dripping {
  readonly what: 'headers' | 'body';
  /** The first lines of the request. */
  readonly start: string;
  readonly limitMs: number;
}

function drip(baseUrl: string, { what, start: lines, limitMs }: Dripping) {
  const { hostname, port } = new URL(baseUrl);
  let began = performance.now();
  return new Promise<{ ms: number; received: string }>((resolve) => {
    let received = '';
    const start = what === 'headers' ? lines : `${lines}Content-Length: 1000\r\n\r\n`;
    const socket = connect(Number(port), hostname);
    // Written at once and not when it is connected, or a drop could come before it.
    socket.write(start);
    // While others flood it, the server may be reached late.
    socket.once('connect', () => (began = performance.now()));
    const timer = setInterval(() => {
      if (performance.now() - began > limitMs + 3_000) socket.destroy();
      else if (socket.writable) socket.write(what === 'headers' ? 'X' : ' ');
    }, 1_000);
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ ms: performance.now() - began, received });
    });
  });
}

/** As many connections as a second has room for, that say nothing and then go. */
async function floodConnections(arena: Arena, tally: Tally): Promise<void> {
  const sockets: Socket[] = [];
  const opened = await inParallel(
    Array.from({ length: CONNECTIONS }),
    CONNECTIONS,
    (_none, index) => {
      const { hostname, port } = new URL(index % 2 === 0 ? arena.avatarUrl : arena.petyaUrl);
      return new Promise<boolean>((resolve) => {
        const socket = connect(Number(port), hostname, () => resolve(true));
        socket.on('error', () => resolve(false));
        sockets.push(socket);
      });
    },
  );
  await sleep(1_000);
  for (const socket of sockets) socket.destroy();
  const refused = opened.filter((isOpen) => !isOpen).length;
  tally.count(refused === 0 ? [] : [`${refused} of ${CONNECTIONS} connections were refused`]);
}

/** One copied key: it cannot open more sessions than its account has slots. */
async function floodStarts(arena: Arena, tally: Tally): Promise<void> {
  // By its avatar the account's sessions are told from all others at the vendor.
  const avatarId = randomUUID();
  const limits = { maxConcurrentSessions: QUOTA };
  await untilVendorRested(arena);
  const copied = await arena.makeTenant({ limits, avatar: { avatarId } });
  const headers = { 'x-api-key': copied.key };
  await inParallel(Array.from({ length: STARTS }), STARTS, async () => {
    const reply = await exchange(arena.avatarUrl, {
      method: 'POST',
      path: '/v1/sessions/token',
      headers,
    });
    const problems = isPlannedInFlood(reply)
      ? []
      : [`a token request is answered ${reply.status} ${problemOf(reply.text)}`];
    if (reply.status === 200) problems.push(...(await start(arena, reply.text)));
    tally.count(problems);
  });
  const { sessions } = await new SimulatorControl(arena.simulatorUrl).ledger('?limit=1');
  const opened = sessions.filter(({ request }) => isOf(request, avatarId)).length;
  tally.count(
    opened === 0 || opened > QUOTA ? [`${opened} vendor sessions for ${QUOTA} slots`] : [],
  );
}

/**
 * A spoiled answer of an earlier row may have told the gateway to leave the vendor alone for a minute;
 * then nobody gets a session, flood or none.
 */
async function untilVendorRested(arena: Arena): Promise<void> {
  const { key } = await arena.makeTenant({});
  const request = { method: 'POST', path: '/v1/sessions/token', headers: { 'x-api-key': key } };
  const giveUpAt = performance.now() + VENDOR_RESTED_MS;
  for (;;) {
    const { status, text } = await exchange(arena.avatarUrl, request);
    if (status === 200) return;
    if (performance.now() > giveUpAt) {
      throw new Error(`no session before the flood: ${status} ${problemOf(text)}`);
    }
    await sleep(1_000);
  }
}

/**
 * A session, no slot or too fast; and of so many at once those that a slow machine could not answer in
 * time are asked to come again.
 */
function isPlannedInFlood({ status, headers, text }: Reply): boolean {
  const isShed = status === 503 && problemOf(text) === 'urn:problem:busy';
  return status === 200 || status === 429 || (isShed && headers['retry-after'] !== undefined);
}

/** The problem's name, by which one refusal is told from another of the same status. */
function problemOf(text: string): string {
  return /urn:problem:\w+/.exec(text)?.[0] ?? '(no problem of ours)';
}

function isOf(request: unknown, avatarId: string): boolean {
  return (request as { avatar_id?: unknown }).avatar_id === avatarId;
}

async function start(arena: Arena, token: string): Promise<string[]> {
  const { data } = JSON.parse(token) as { data: { session_token: string } };
  const headers = { authorization: `Bearer ${data.session_token}` };
  const path = '/v1/sessions/start';
  const reply = await exchange(arena.avatarUrl, { method: 'POST', path, headers });
  return reply.status === 201 ? [] : [`a start is answered ${reply.status}`];
}
