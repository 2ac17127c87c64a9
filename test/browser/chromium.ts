import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

/** Debian's; another one is named by CHROMIUM_PATH. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A microphone that hums and a visitor who allows it. */
export const FAKE_MICROPHONE = [
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
];

/**
 * Starts Debian's Chromium, installing it first where it is missing and may be installed.
 * @throws Error with one sentence that says what to do
 */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  if (!existsSync(executablePath)) await install();
  return chromium.launch({ executablePath, args: [...QUIET, ...more] });
}

async function install(): Promise<void> {
  const advice = `Chromium is needed at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH.`;
  if (process.getuid?.() !== 0) throw new Error(advice);
  try {
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (cause) {
    throw new Error(advice, { cause });
  }
}
