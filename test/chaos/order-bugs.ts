import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../stack/project-root.js';
import type { Fault } from '../ilianaai-avatar/close-model.js';
import { chaosPath } from './world.js';

/**
 * Deliberate faults that only a rare order shows, so no provocation of a real process meets them for
 * certain. The model of the close is run with each of them.
 */
export const orderBugs: readonly Fault[] = ['closes over a change', 'counts silently'];

/** Longest that a model looks for its fault on a busy machine. */
const PATIENCE_MS = 300_000;

/**
 * Runs the model of the close with this fault put in.
 * @returns whether the model saw it; a run in which no such test was found says no
 */
export async function isSeenByModel(bug: Fault): Promise<boolean> {
  const file = chaosPath(`order-bug-${bug.replaceAll(' ', '-')}.json`);
  const jest = join(projectRoot, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const which = ['--selectProjects', 'unit', '--ci', 'close-model', '-t', `where it ${bug}$`];
  const command = [...flags, jest, ...which, '--json', '--outputFile', file];
  await rm(file, { force: true });
  try {
    await promisify(execFile)(process.execPath, command, {
      cwd: projectRoot,
      timeout: PATIENCE_MS,
    });
  } catch {
    return false;
  }
  const results = JSON.parse(await readFile(file, 'utf8')) as { numPassedTests: number };
  return results.numPassedTests === 1;
}
