import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConversationPageDto } from '#contracts';
import { freePorts } from '../stack/ports.js';
import { projectRoot } from '../stack/project-root.js';
import { freshDatabase } from '../support/mongo.js';
import { type Certificate, endTls, newCertificate, type TlsEnd } from '../support/tls.js';
import { SimulatorControl } from '../vendor-simulator/simulator.control.js';
import {
  startVendorSimulator,
  type VendorSimulator,
} from '../vendor-simulator/simulator.server.js';
import { runBlocks } from './run-blocks.js';

const DOCUMENT = 'apps/GOING-LIVE.md';
const VENDOR_KEY = 'vendor-key-of-the-operator';
const CONTEXT_ID = '5b9a2c0e-7d31-4c43-9f0b-8a6f6f0f4e21';
const SANDBOX_AVATAR = 'dd73ea75-1218-4ef3-92ce-606d5f7fbc0a';

/** What is in a checkout and is needed to build it. */
const CHECKOUT = ['apps', 'libs', 'test', 'package.json', 'package-lock.json', 'nest-cli.json'];

const petyaDatabase = freshDatabase();
const avatarDatabase = freshDatabase();
let folder: string;
let vendor: VendorSimulator;
let ends: TlsEnd[];
let ran: Ran;

interface Ran {
  readonly code: number | null;
  /** What each block has said. */
  readonly said: readonly string[];
  readonly complaints: string;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'going-live-'));
  // A room that production sends visitors to; nobody goes there.
  vendor = await startVendorSimulator({
    apiKey: VENDOR_KEY,
    settings: { livekitUrl: 'wss://room-1.livekit.cloud' },
  });
  const [petya = 0, petyaAdmin = 0, avatar = 0, avatarAdmin = 0] = await freePorts(4);
  const certificate = await newCertificate('localhost');
  const [toVendor, toPetya, toAvatar] = await Promise.all([
    endTls(certificate, vendor.port),
    endTls(certificate, petya),
    endTls(certificate, avatar),
  ]);
  ends = [toVendor, toPetya, toAvatar];
  const local = '127.0.0.1:27017';
  const blocks = runBlocks(DOCUMENT, [
    ['/opt/avatar-chat', join(folder, 'checkout')],
    ['/etc/avatar-chat', join(folder, 'etc')],
    ['https://api.liveavatar.com', `https://localhost:${toVendor.port}`],
    ['https://petya.example.com', `https://localhost:${toPetya.port}`],
    ['https://avatar.example.com', `https://localhost:${toAvatar.port}`],
    [`mongodb://petya:$PETYA_DB_PASSWORD@${local}/petya?replicaSet=rs0`, petyaDatabase.uri],
    [`mongodb://avatar:$AVATAR_DB_PASSWORD@${local}/avatar?replicaSet=rs0`, avatarDatabase.uri],
    ['127.0.0.1:5000', `127.0.0.1:${petya}`],
    ['127.0.0.1:5001', `127.0.0.1:${petyaAdmin}`],
    ['127.0.0.1:3000', `127.0.0.1:${avatar}`],
    ['127.0.0.1:3001', `127.0.0.1:${avatarAdmin}`],
    ['\nPORT=5000\n', `\nPORT=${petya}\n`],
    ['\nADMIN_PORT=5001\n', `\nADMIN_PORT=${petyaAdmin}\n`],
    ['\nPORT=3000\n', `\nPORT=${avatar}\n`],
    ['\nADMIN_PORT=3001\n', `\nADMIN_PORT=${avatarAdmin}\n`],
    ['ready 5000', `ready ${petya}`],
    ['ready 3000', `ready ${avatar}`],
  ]);
  await checkOut(join(folder, 'checkout'));
  ran = await runInOneShell(blocks, certificate);
}, 600_000);

afterAll(async () => {
  await Promise.all(ends.map((end) => end.close()));
  await vendor.close();
  await Promise.all([petyaDatabase.drop(), avatarDatabase.drop()]);
  await rm(folder, { recursive: true, force: true });
});

/** As an operator has it after `npm ci`. What is newer than the packages is not installed anew. */
async function checkOut(target: string): Promise<void> {
  await mkdir(target);
  const configurations = (await readdir(projectRoot)).filter((name) =>
    /^tsconfig.*json$/.test(name),
  );
  for (const name of [...CHECKOUT, ...configurations]) {
    const options = { recursive: true, preserveTimestamps: true };
    await cp(join(projectRoot, name), join(target, name), options);
  }
  await symlink(join(projectRoot, 'node_modules'), join(target, 'node_modules'));
}

/** One shell for all blocks, as at an operator's terminal, until the first command that fails. */
async function runInOneShell(blocks: readonly string[], certificate: Certificate): Promise<Ran> {
  const authority = join(folder, 'authority.pem');
  await writeFile(authority, certificate.cert);
  const script = blocks.flatMap((block) => [`echo '${MARK}'`, block]).join('\n');
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_EXTRA_CA_CERTS: authority,
      CURL_CA_BUNDLE: authority,
      LIVEAVATAR_API_KEY: vendor.apiKey,
      AVATAR_ID: 'c2f0a6de-41a6-4be1-8f0e-7f5d4f6a2b10',
      CONTEXT_ID,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the apps end with it.
    detached: true,
  });
  let [said, complaints] = ['', ''];
  shell.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  shell.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const closed = once(shell, 'close');
  await once(shell, 'exit');
  if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGTERM');
  await closed;
  return { code: shell.exitCode, said: said.split(`${MARK}\n`).slice(1), complaints };
}

const MARK = '-- next block --';

/** What the block said that begins with these words, for a failure's message as well. */
function saidBy(words: RegExp): string {
  const found = ran.said.filter((said) => words.test(said));
  expect({ words, found: found.length }).toEqual({ words, found: 1 });
  return found[0] ?? '';
}

describe(DOCUMENT, () => {
  it('has commands that all succeed, in the order in which they stand', () => {
    const complaints = ran.code === 0 ? '' : ran.complaints;
    expect({ code: ran.code, complaints }).toEqual({ code: 0, complaints: '' });
  });

  it('has both apps in production ready, and the operator’s routes closed to the outside', () => {
    const ready = ran.said.filter((said) => said.includes('"liveavatar_credits":"up"'));
    expect(ready).toHaveLength(2);
    expect(saidBy(/^operator, from outside: 404$/m)).toContain('"plugin.js"');
  });

  it('prints an embed code with both public addresses', () => {
    const [, toPetya, toAvatar] = ends;
    const tag = `<script defer src="https://localhost:${toAvatar?.port}/plugin/v1/plugin.js" data-key="SE_`;
    const said = saidBy(/^Account [0-9a-f]{24} \(Blumenhaus\) is made\.$/m);
    expect(said).toContain(tag);
    expect(said).toContain(` data-api="https://localhost:${toPetya?.port}"></script>`);
  });

  it('starts a free session, and ends it', async () => {
    const { sessions, requests } = await new SimulatorControl(vendor.url).ledger();
    expect(sessions).toMatchObject([{ starts: 1, state: 'ended', credits: 0 }]);
    const [token] = requests.filter(({ route }) => route === 'token');
    expect(token?.body).toMatchObject({
      is_sandbox: true,
      avatar_id: SANDBOX_AVATAR,
      max_session_duration: 60,
      avatar_persona: { context_id: CONTEXT_ID },
    });
  });

  it('reads the first session’s transcript at Petya', () => {
    const page = JSON.parse(saidBy(/^\{"conversationId"/)) as ConversationPageDto;
    expect(page.sessions).toMatchObject([{ endReason: 'visitor_ended' }]);
    expect(page.transcript).toMatchObject([
      { role: 'user', transcript: 'What are your opening hours?' },
    ]);
  });

  it('switches the avatar off', () => {
    expect(ran.said.at(-1)).toMatch(/enabled +false/);
  });
});
