import { spawn } from 'node:child_process';
import { buildLiveKit, findLiveKit } from './livekit.js';
import { livekitConfig } from './livekit-config.js';

/*
 * The LiveKit server as a process of the stack: a Node program around it, so that it ends with its
 * supervisor as every other does. Where it is not installed it is built first.
 */
const binary = (await findLiveKit()) ?? (await buildLiveKit());
const config = livekitConfig({
  port: numberOf('PORT'),
  tcpPort: numberOf('TCP_PORT'),
  udpPort: numberOf('UDP_PORT'),
  apiKey: textOf('LIVEKIT_API_KEY'),
  apiSecret: textOf('LIVEKIT_API_SECRET'),
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

function textOf(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set.`);
  return value;
}

function numberOf(name: string): number {
  return Number(textOf(name));
}
