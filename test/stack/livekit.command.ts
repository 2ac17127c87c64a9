import { spawn } from 'node:child_process';
import { buildLiveKit, findLiveKit } from './livekit.js';
import { livekitConfig } from './livekit-config.js';
import { portOf, required } from './variables.js';

/*
 * The LiveKit server as a process of the stack: a Node program around it, so that it ends with its
 * supervisor as every other does. Where it is not installed it is built first.
 */
const binary = (await findLiveKit()) ?? (await buildLiveKit());
const config = livekitConfig({
  port: portOf('PORT', undefined),
  tcpPort: portOf('TCP_PORT', undefined),
  udpPort: portOf('UDP_PORT', undefined),
  apiKey: required('LIVEKIT_API_KEY'),
  apiSecret: required('LIVEKIT_API_SECRET'),
});
const server = spawn(binary, ['--config-body', config], { stdio: 'inherit' });
server.once('error', (error) => {
  process.stderr.write(`${binary} does not run: ${error.message}\n`);
  process.exit(1);
});
server.once('exit', (code) => process.exit(code ?? 1));
process.once('exit', () => server.kill('SIGKILL'));
// Nothing in a room is worth waiting for; LiveKit itself would wait for the last visitor.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
