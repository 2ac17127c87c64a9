import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';
import { say, sayFailure } from '../stack/say.js';
import { provideWordPress } from './debian-packages.js';

/** What is missing is said before anything is started. */
try {
  await provideWordPress(say);
} catch (error) {
  sayFailure(error);
  process.exit(1);
}

const jest = join(projectRoot, 'node_modules', 'jest', 'bin', 'jest.js');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
const tests = spawn(process.execPath, [...flags, '--selectProjects', 'wordpress', '--ci'], {
  cwd: projectRoot,
  stdio: 'inherit',
});
tests.once('exit', (code) => process.exit(code ?? 1));
