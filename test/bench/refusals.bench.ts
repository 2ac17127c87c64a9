import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startDatabase } from '../stack/database.js';
import { ManagedProcess } from '../stack/managed-process.js';
import { freePorts } from '../stack/ports.js';
import { avatarProgram, petyaProgram } from '../stack/programs.js';
import { cachePath, compiledPath } from '../stack/project-root.js';
import { generateSecrets } from '../stack/secrets.js';
import { isQuick, measuredOn, median, report } from './figures.js';
import { Forked } from './rest/forked.js';
import { servingMicrosOf } from './thread-cpu.js';

/*
 * What a request without a right credential costs, whatever body comes with it: processor time of the
 * thread that serves, of each request by itself, from before it is sent until its connection is
 * closed and a moment later. What the process does besides in such a while would be in it, hence its
 * rounds and the driver's looks at the database and at its pool are far apart here; the same while
 * without a request is measured too, and so is Node's own server, in turn. The first wrong keys of an
 * address and minute are looked up, and cost what the driver costs; the others are refused by their
 * address.
 */
const TIMES = isQuick ? 60 : 1_000;
/** Of all shapes in turn, before anything counts: until then V8 compiles, once in a process's life. */
const WARM_UP = isQuick ? 300 : 3_000;
const AFTER_MS = 2;
const AT_MOST_MS = 1;
const MIB = 1024 * 1024;

interface Shape {
  readonly lines: string;
  readonly parts: readonly Buffer[];
  readonly pauseMs?: number;
  /** Whether a part waits until the one before is taken, as of a sender that reads from a file. */
  readonly isPaced?: boolean;
  /** Why nothing is promised of it. */
  readonly noAim?: string;
  /** Of how many times one is the peer's too, whose cost would leave our next one a cold processor. */
  readonly peerOnceIn?: number;
}

const length = (bytes: number): string => `Content-Length: ${bytes}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const text = (bytes: number): Buffer => Buffer.alloc(bytes, 'a');
const chunk = Buffer.from(`4000\r\n${'a'.repeat(0x4000)}\r\n`);

const pieces = Array.from({ length: 256 }, () => text(64 * 1024));

const NO_BODY: Shape = { lines: length(0), parts: [] };
const SHAPES: Readonly<Record<string, Shape>> = {
  'no body': NO_BODY,
  '64 KiB': { lines: length(64 * 1024), parts: [text(64 * 1024)] },
  '256 KiB': { lines: length(256 * 1024), parts: [text(256 * 1024)] },
  '16 MiB announced': { lines: length(16 * MIB), parts: [] },
  '16 MiB sent': { lines: length(16 * MIB), parts: pieces, isPaced: true },
  '16 MiB sent in one write': {
    lines: length(16 * MIB),
    parts: [text(16 * MIB)],
    // On loopback, what the kernel does to send them is done and counted where they are received.
    noAim: "with the kernel's work for the sender",
  },
  '256 KiB in chunks': { lines: CHUNKED, parts: Array.from({ length: 16 }, () => chunk) },
  'chunks of one byte': {
    lines: CHUNKED,
    parts: Array.from({ length: 4 }, () => Buffer.from('1\r\na\r\n'.repeat(10_000))),
    isPaced: true,
    peerOnceIn: 20,
  },
  slow: { lines: length(MIB), parts: Array.from({ length: 10 }, () => text(100)), pauseMs: 2 },
};

interface Subject {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly path: string;
}

const database = await startDatabase();
measuredOn(database.description);
const [petyaPort = 0, avatarPort = 0, simulatorPort = 0, secondPort = 0] = await freePorts(4);
const secrets = generateSecrets();
const ports = { petyaPort, avatarPort, simulatorPort };
const wiring = { mongodbUri: seldomLookedAt(database.uri), secrets, logLevel: 'info', ...ports };
const stillPool = pathToFileURL(compiledPath('test', 'bench', 'still-pool.js')).href;
const quiet = { NODE_OPTIONS: `--import ${stillPool}`, RATE_PER_ADDRESS_PER_MINUTE: '100000000' };
const rounds = { UPKEEP_POLL_SECONDS: '60', ERASURE_POLL_SECONDS: '60' };
const petya = await start(petyaProgram(wiring), { FAILED_KEYS_PER_MINUTE: '1' });
const second = await start(
  { ...petyaProgram({ ...wiring, petyaPort: secondPort }), name: 'petya-that-looks-up' },
  { FAILED_KEYS_PER_MINUTE: '100000000' },
);
const avatar = await start(avatarProgram(wiring), rounds);
const bare = await Forked.start<{ port: number }, never, never>('../refusal.process.js');
const peer = { name: 'Node alone', port: bare.hello.port, pid: bare.pid, path: '/' };
const init = '/api/v1/visitors/init';
const wrongKey = 'X-Api-Key: SE_0000000000000000\r\n';
const status = '/api/v1/avatar/conversations/x/status';
const subjects: readonly (readonly [Subject, string])[] = [
  [subject('status route, no key', petya, petyaPort, status), ''],
  [subject('status route, wrong token', petya, petyaPort, status), bearer('nonsense')],
  [subject('visitors/init, wrong key', petya, petyaPort, init), wrongKey],
  [subject('sessions/token, no key', avatar, avatarPort, '/v1/sessions/token'), ''],
];
const lookedUp = subject('visitors/init, wrong key that is looked up', second, secondPort, init);

for (const [what, credential] of subjects) {
  await warmUp(what, credential);
  const idle = await sample(TIMES, () => delay(1), what.pid);
  say99(`${what.name}: the same while without a request`, idle, {});
  for (const [name, shape] of Object.entries(SHAPES)) {
    let { ours, theirs } = await inTurn(what, credential, shape);
    const isPromised = shape.noAim === undefined;
    // What the machine or V8's collector adds to more than one in a hundred can only add to it.
    for (let time = 1; isPromised && time < 3 && ms99(ours) > AT_MOST_MS; time += 1) {
      const again = await inTurn(what, credential, shape);
      if (ms99(again.ours) < ms99(ours)) ({ ours, theirs } = again);
    }
    const figure = `${what.name}, ${name}`;
    const raw = { ours, theirs };
    const value = median(ours) / median(theirs);
    report({ question: 'refusals', figure: `${figure}: p50 ÷ Node alone`, value, unit: '×', raw });
    const note = isPromised ? '' : `, ${shape.noAim}`;
    say99(`${figure}: p99${note}`, ours, isPromised ? { atMost: AT_MOST_MS } : {});
    say99(`${figure}: p99 of Node alone`, theirs, {});
  }
}
await warmUp(lookedUp, wrongKey);
const lookUps = await sample(TIMES, () => send(lookedUp, wrongKey, NO_BODY), lookedUp.pid);
say99(`${lookedUp.name}: p99`, lookUps, {});
for (const app of [petya, avatar, second]) await app.stop();
bare.stop();
await database.stop();
process.exit();

function seldomLookedAt(uri: string): string {
  const url = new URL(uri);
  url.searchParams.set('heartbeatFrequencyMS', '600000');
  url.searchParams.set('serverMonitoringMode', 'poll');
  return url.href;
}

async function warmUp(what: Subject, credential: string): Promise<void> {
  const shapes = Object.values(SHAPES);
  for (let time = 0; time < WARM_UP; time += shapes.length) {
    for (const shape of shapes) {
      await send(what, credential, shape);
      await send(peer, credential, shape);
    }
  }
}

function bearer(token: string): string {
  return `Authorization: Bearer ${token}\r\n`;
}

async function start(
  { env, ...program }: ReturnType<typeof petyaProgram>,
  own: Readonly<Record<string, string>>,
) {
  const log = cachePath('logs', 'bench-refusals', `${program.name}.log`);
  const app = new ManagedProcess({ ...program, env: { ...env, ...quiet, ...own } }, log);
  await app.start();
  return app;
}

function subject(name: string, { pid }: ManagedProcess, port: number, path: string): Subject {
  return { name, pid: pid ?? 0, port, path };
}

/** What each request costs, of ours and of the peer's in turn. */
async function inTurn(what: Subject, credential: string, shape: Shape) {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    ours.push(await cost(what.pid, () => send(what, credential, shape)));
    if (time % (shape.peerOnceIn ?? 1) !== 0) continue;
    theirs.push(await cost(peer.pid, () => send(peer, credential, shape)));
  }
  return { ours, theirs };
}

function ms99(micros: readonly number[]): number {
  const sorted = micros.toSorted((one, other) => one - other);
  return (sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN) / 1e3;
}

function say99(figure: string, micros: readonly number[], aim: { readonly atMost?: number }): void {
  report({ question: 'refusals', figure, value: ms99(micros), unit: 'ms', ...aim });
}

async function sample(times: number, work: () => Promise<unknown>, pid: number): Promise<number[]> {
  const micros: number[] = [];
  for (let time = 0; time < times; time += 1) micros.push(await cost(pid, work));
  return micros;
}

async function cost(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = servingMicrosOf(pid);
  await work();
  await delay(AFTER_MS);
  return servingMicrosOf(pid) - before;
}

/** One request on a connection of its own, which ends when the answer is there. */
function send({ port, path }: Subject, credential: string, shape: Shape): Promise<void> {
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`;
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.write(`${head}${credential}${shape.lines}\r\n`);
      void sendParts();
    });
    const sendParts = async (): Promise<void> => {
      for (const part of shape.parts) {
        if (socket.destroyed) return;
        const taken = new Promise<void>((resolve) => socket.write(part, () => resolve()));
        if (shape.isPaced) await taken;
        if (shape.pauseMs !== undefined) await delay(shape.pauseMs);
      }
    };
    socket.on('data', () => socket.destroy()).on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}
