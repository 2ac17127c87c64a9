// `npm run pictures`: takes the pictures of the boards anew that a README shows.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
const args = [...flags, '--selectProjects', 'browser', '--ci', 'kept-pictures'];
const env = { ...process.env, BOARD_PICTURES: '1' };
const taking = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
taking.once('exit', (code) => process.exit(code ?? 1));
