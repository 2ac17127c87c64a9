// `npm test` and, with the argument `check`, `npm run check`.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isBusy, othersShare, workersFor } from './others-share.mjs';
import { buildRoot, compile, endWith, install, requireNode, root, run, say } from './prepare.mjs';

const checkOnly = process.argv[2] === 'check';
const bin = (name, ...path) => join(root, 'node_modules', name, ...path);
const checks = [
  ['format', bin('prettier', 'bin', 'prettier.cjs'), '--check', '.'],
  ['lint', bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'],
  [
    'types',
    bin('typescript', 'bin', 'tsc'),
    '--noEmit',
    '--incremental',
    'false',
    '--pretty',
    'false',
  ],
  ['types of the page', bin('typescript', 'bin', 'tsc'), '-p', 'test/chat-plugin/src'],
  ['types of the board', bin('typescript', 'bin', 'tsc'), '-p', 'apps/board/src'],
];
/** How many files of each project run side by side. */
const WORKERS = {
  // Some wait, so that one more than there are processors keeps both at work.
  unit: 3,
  // These wait two thirds of their time, for a lease or for the database.
  e2e: 4,
  // A page that is shown waits for its own clock; a browser has processes enough of its own.
  browser: 2,
};
const total = { passed: 0, failed: 0 };

try {
  requireNode();
  await install();
  await Promise.all(checks.map(([name, ...command]) => check(name, command)));
  await test('unit', await busyShare());
  if (!checkOnly) {
    await compile();
    await provideLiveKit();
    await test('e2e', await busyShare());
    await command('chaos', join(buildRoot, 'test', 'chaos', 'chaos.command.js'));
    await provideChromium();
    const share = await busyShare();
    const fuzz = () =>
      command('fuzz', join(buildRoot, 'test', 'fuzz', 'fuzz.command.js'), { show: false });
    // Pages wait for most of their time.
    if (isBusy(share)) {
      await test('browser', share);
      await fuzz();
    } else await Promise.all([test('browser', share), fuzz()]);
  }
} catch (error) {
  if (total.passed + total.failed === 0) endWith(error);
  say(error.message);
  total.failed += 1;
}
say(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** What others take of the machine now, said where it changes how tests run. */
async function busyShare() {
  const share = await othersShare();
  if (isBusy(share))
    say(`Others take ${Math.round(100 * share)} % of this machine: fewer tests run side by side.`);
  return share;
}

/** One item: what it says is shown only when it fails. */
async function check(name, command) {
  const began = Date.now();
  const { code, output } = await run(process.execPath, command);
  count(code === 0 ? 1 : 0, code === 0 ? 0 : 1);
  say(`${code === 0 ? '✓' : '✗'} ${name} (${seconds(began)} s)`);
  if (code !== 0) say(output.trim());
}

/** The browser's tests say what is missing when this did not work. */
async function provideLiveKit() {
  const program = join(buildRoot, 'test', 'stack', 'livekit.provide.js');
  await run(process.execPath, [program], { inherit: true });
}

/** Before its tests, which would all install it at once. They say what is missing when this did not work. */
async function provideChromium() {
  const program = join(buildRoot, 'test', 'browser', 'chromium.provide.js');
  await run(process.execPath, [program], { inherit: true });
}

/** One Jest project; its tests are the items, and so is a file that could not run. */
async function test(project, share) {
  const folder = join(root, '.cache', 'test-results');
  const file = join(folder, `${project}-${process.pid}.json`);
  mkdirSync(folder, { recursive: true });
  const began = Date.now();
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const workers = `--maxWorkers=${workersFor(WORKERS[project], share)}`;
  const jest = [bin('jest', 'bin', 'jest.js'), '--selectProjects', project, workers];
  const { code } = await run(
    process.execPath,
    [...flags, ...jest, '--json', '--outputFile', file, '--reporters', 'default'],
    { inherit: true },
  );
  const { passed, failed, skipped } = readResults(file);
  const hidden = code !== 0 && failed === 0 ? 1 : 0;
  const nothing = passed + failed === 0 ? 1 : 0;
  count(passed, failed + Math.max(hidden, nothing));
  const good = failed + hidden + nothing === 0;
  say(
    `${good ? '✓' : '✗'} ${project} tests: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds(began)} s)`,
  );
  if (nothing) say('No test ran at all.');
  else if (hidden) say(`Jest ended with code ${code} although no test failed.`);
}

/** A program of ours that shows what it does; its last line counts what passed and failed. */
async function command(name, program, { show = true } = {}) {
  const began = Date.now();
  const { code, output } = await run(process.execPath, [program], { show });
  const [, passed = 0, failed = 0] = /(\d+) passed, (\d+) failed[^\n]*\s*$/.exec(output) ?? [];
  const hidden = (code !== 0 && Number(failed) === 0) || Number(passed) + Number(failed) === 0;
  count(Number(passed), Number(failed) + (hidden ? 1 : 0));
  if (!show) say(output.trim());
  say(`${code === 0 && !hidden ? '✓' : '✗'} ${name} (${seconds(began)} s)`);
}

function readResults(file) {
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'));
    rmSync(file);
    return {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function count(passed, failed) {
  total.passed += passed;
  total.failed += failed;
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}
