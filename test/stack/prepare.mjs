// Plain JavaScript without dependencies: this is what runs before anything is installed.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const buildRoot = join(root, '.cache', 'build');
const sources = ['apps', 'libs', 'test', 'tsconfig.json', 'package.json'];

/** A failure that its own sentence explains: shown without a stack. */
export class PlainFailure extends Error {}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** What is said before a command begins is none of its answer. */
function sayAside(line) {
  process.stderr.write(`${line}\n`);
}

/** Shows a failure calmly and ends with code 1. */
export function endWith(error) {
  const detail = error instanceof PlainFailure ? '' : `\n${error?.stack ?? ''}`;
  process.stderr.write(`${error?.message ?? String(error)}${detail}\n`);
  process.exit(1);
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new PlainFailure(
    `This needs Node.js 20.19 or newer; ${process.execPath} is ${process.versions.node}.`,
  );
}

/** Installs the packages where they are missing or older than the lock file. */
export async function install() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  sayAside('Installing packages (once, about a minute) …');
  const began = Date.now();
  const timer = setInterval(() => sayAside(`  … ${seconds(began)} s`), 10_000);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = await run('npm', ['ci', ...flags]).finally(() => clearInterval(timer));
  if (result.code !== 0) throw new PlainFailure(`npm ci failed:\n${result.output.trim()}`);
  sayAside(`Packages installed in ${seconds(began)} s.`);
}

/**
 * Compiles the workspace without its specs into `.cache/build`, as a tree that runs by itself.
 * Jest reads the specs, and `npm run check` their types.
 */
export async function compile() {
  const stamp = join(root, '.cache', 'build.stamp');
  const runnable = existsSync(join(buildRoot, 'test', 'stack', 'stack.js'));
  const isThere = runnable && hasPlugin() && hasBoard() && existsSync(stamp);
  if (isThere && newestSource() <= statSync(stamp).mtimeMs) return;
  sayAside('Compiling …');
  const began = new Date();
  mkdirSync(buildRoot, { recursive: true });
  writeFileSync(join(buildRoot, 'package.json'), buildManifest());
  // Kept knowledge of a tree that somebody has deleted would keep files from being written.
  if (!runnable) rmSync(join(root, '.cache', 'build.tsbuildinfo'), { force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, '.cache', 'tsconfig.build.json');
  writeFileSync(project, buildProject());
  const result = await run(process.execPath, [tsc, '-p', project, '--pretty', 'false']);
  if (result.code !== 0) throw new PlainFailure(`It does not compile:\n${result.output.trim()}`);
  await buildPlugin();
  await buildBoard();
  writeFileSync(stamp, '');
  // What was changed while it compiled is newer.
  utimesSync(stamp, began, began);
}

/** The compiled gateway serves the plugin from here, as the built one does from `dist`. */
const plugins = join(buildRoot, 'plugin');

function hasPlugin() {
  return existsSync(join(plugins, 'v1', 'manifest.json'));
}

async function buildPlugin() {
  const program = join(root, 'test', 'chat-plugin', 'build-plugin.mjs');
  const result = await run(process.execPath, [program, plugins]);
  if (result.code !== 0) throw new PlainFailure(`The plugin fails:\n${result.output.trim()}`);
}

/** And the board. */
const boards = join(buildRoot, 'board');

function hasBoard() {
  return ['gateway', 'petya'].every((board) => existsSync(join(boards, board, 'index.html')));
}

async function buildBoard() {
  const program = join(root, 'apps', 'board', 'build.mjs');
  const result = await run(process.execPath, [program, boards]);
  if (result.code !== 0) throw new PlainFailure(`The board fails:\n${result.output.trim()}`);
}

/** Runs a program and keeps what it says. */
export function run(command, args, { env = process.env, inherit = false, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd: root, env, stdio });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
      if (show) process.stdout.write(chunk);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('error', (error) => {
      const missing = error.code === 'ENOENT';
      reject(missing ? new PlainFailure(`${command} is needed and was not found.`) : error);
    });
    child.once('close', (code) => resolve({ code, output }));
  });
}

function buildManifest() {
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const compiled = Object.keys(imports).map((name) => [
    name,
    imports[name].default.replace('./dist/', './'),
  ]);
  return `${JSON.stringify({ type: 'module', imports: Object.fromEntries(compiled) }, null, 2)}\n`;
}

function buildProject() {
  const project = {
    extends: '../tsconfig.json',
    compilerOptions: { rootDir: '..', outDir: 'build', tsBuildInfoFile: 'build.tsbuildinfo' },
    include: ['../apps', '../libs', '../test'],
    exclude: [
      '../**/*.spec.ts',
      '../**/*.e2e-spec.ts',
      '../apps/board/src',
      '../test/chat-plugin/src',
      '../test/generated-clients/*.mts',
    ],
  };
  return `${JSON.stringify(project, null, 2)}\n`;
}

/** Folders count as well, so that a removed file is noticed. */
function newestSource() {
  let newest = 0;
  const visit = (path) => {
    if (path.endsWith('spec.ts')) return;
    const stat = statSync(path);
    newest = Math.max(newest, stat.mtimeMs);
    if (stat.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
  };
  for (const name of sources) visit(join(root, name));
  return newest;
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}
