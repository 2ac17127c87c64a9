import { execFileSync } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginManifest } from '#contracts';
import { compareTurns } from './compare-turns.js';
import { playConversation } from './demo-conversation.js';
import { describeExit } from './exit-result.js';
import { imagesNode } from './images-node.js';
import { callApi } from './json-api.js';
import type { ProcessSpec } from './managed-process.js';
import { openAsPlugin } from './plugin.js';
import { cachePath, projectRoot } from './project-root.js';
import { say, sayFailure } from './say.js';
import { type Stack, startStack } from './stack.js';
import { waitForStored } from './stored-conversation.js';

const STORED_MS = 60_000;

/**
 * Runs what `nest build` made of each app, by this Node.js and by the one that the image runs: a
 * conversation has to arrive whole, and both apps have to end when they are asked to.
 */
const results: boolean[] = [];
await examine(process.execPath);
const inImage = await item('the Node.js of the image is there', imagesNode);
if (inImage !== undefined && inImage !== process.execPath) await examine(inImage);
const passed = results.filter(Boolean).length;
say(`${passed} passed, ${results.length - passed} failed`);
process.exit(passed === results.length ? 0 : 1);

async function examine(node: string): Promise<void> {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  say(`Node.js ${version}`);
  const stack = await item('both built apps become ready', () =>
    startStack({
      logFolder: cachePath('logs', 'built'),
      heygen: false,
      appAs: (program) => asBuilt(program, node),
      onProgress: say,
    }),
  );
  if (stack === undefined) return;
  for (const name of ['petya-avatar-api', 'ilianaai-avatar']) {
    if (process.platform === 'linux') {
      await item(`${name}: it is run by that Node.js`, () => holdProgram(stack, name, node));
    }
    const { healthUrl } = stack.processes.get(name).spec;
    await item(`${name}: it says that it is alive`, () =>
      callApi(new URL('/health/live', healthUrl).href),
    );
  }
  await item('a conversation arrives, each turn once and in order', () => converse(stack));
  await item('the plugin is served, every file whole', () => load(stack));
  await item('the boards are served, with all that they name', () => loadBoards(stack));
  for (const name of ['ilianaai-avatar', 'petya-avatar-api']) {
    await item(`${name}: SIGTERM ends it with code 0`, () => end(stack, name));
  }
  await stack.stop();
}

function asBuilt(program: ProcessSpec, node: string): ProcessSpec {
  return {
    ...program,
    node,
    entry: join(projectRoot, 'dist', 'apps', program.name, 'src', 'main.js'),
  };
}

async function holdProgram(stack: Stack, name: string, node: string): Promise<void> {
  const program = await realpath(`/proc/${stack.processes.get(name).pid}/exe`);
  if (program !== (await realpath(node))) throw new Error(`It is run by ${program}.`);
}

async function converse(stack: Stack): Promise<void> {
  const session = await openAsPlugin(stack);
  const { turns } = await playConversation(session, stack.urls.simulator);
  await session.stop();
  const stored = await waitForStored(stack, session, STORED_MS);
  const kept = stored.turns.map(({ role, transcript }) => ({ role, text: transcript }));
  const problems = compareTurns(turns, kept);
  if (problems.length > 0) throw new Error(problems.join(' '));
}

/** Every file that the manifest names, whole. */
async function load({ urls }: Stack): Promise<void> {
  const at = (name: string): string => `${urls.avatar}/plugin/v1/${name}`;
  const { files } = await callApi<PluginManifest>(at('manifest.json'));
  for (const { name, bytes } of files) {
    const answer = await fetch(at(name));
    const { byteLength } = await answer.arrayBuffer();
    if (!answer.ok || byteLength !== bytes) throw new Error(`${name} is not served.`);
  }
}

/** The page of each app's board, and the files that it names. */
async function loadBoards({ urls }: Stack): Promise<void> {
  for (const app of [urls.avatar, urls.petya]) {
    const answer = await fetch(`${app}/board`);
    const named = [...(await answer.text()).matchAll(/"(\/board\/[^"]+)"/g)];
    if (!answer.ok || named.length < 2) throw new Error(`${app}/board is not served.`);
    for (const [, path = ''] of named) {
      const { ok } = await fetch(new URL(path, app));
      if (!ok) throw new Error(`${path} is not served.`);
    }
  }
}

async function end(stack: Stack, name: string): Promise<void> {
  const exit = await stack.processes.get(name).stop();
  if (exit?.code !== 0) {
    throw new Error(exit === null ? 'It was not running.' : `It ended ${describeExit(exit)}.`);
  }
}

/** @returns undefined where it failed, which is shown */
async function item<T>(title: string, step: () => Promise<T>): Promise<T | undefined> {
  try {
    const value = await step();
    results.push(true);
    say(`✓ ${title}`);
    return value;
  } catch (error) {
    results.push(false);
    say(`✗ ${title}`);
    sayFailure(error);
    return undefined;
  }
}
