import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { aptInstall } from '../support/apt-get.js';

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
  await provideChromium();
  return chromium.launch({ executablePath, args: [...QUIET, ...more] });
}

/**
 * Installs Debian's Chromium where it is missing.
 * @param onProgress told before it is installed
 * @throws Error with one sentence that says what to do
 */
export async function provideChromium(onProgress?: (line: string) => void): Promise<void> {
  if (existsSync(executablePath)) return;
  const advice = `Chromium is needed at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH.`;
  if (process.getuid?.() !== 0) throw new Error(advice);
  onProgress?.('Installing Chromium (once, about a minute) …');
  try {
    await aptInstall(['chromium']);
  } catch (cause) {
    throw new Error(advice, { cause });
  }
}
