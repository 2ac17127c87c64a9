import { expect } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { USERS, type WordPressSite } from './wordpress-site.js';

export interface PluginSettings {
  readonly key?: string;
  readonly petya?: string;
  readonly avatar?: string;
  readonly script?: string;
  readonly secret?: string;
  readonly name?: string;
}

export async function logIn(
  page: Page,
  site: WordPressSite,
  who: keyof typeof USERS,
): Promise<void> {
  const { name, password } = USERS[who];
  await page.goto(`${site.url}/wp-login.php`);
  // The form takes the focus, and what is typed with it, once it is loaded.
  await page.waitForLoadState('networkidle');
  await page.locator('#user_login').fill(name);
  await page.locator('#user_pass').fill(password);
  await page.locator('#wp-submit').click();
  await page.waitForURL(/wp-admin/);
}

export async function logOut(context: BrowserContext): Promise<void> {
  await context.clearCookies();
}

/** Uploads the archive as an owner does, and switches the plugin on. */
export async function installPlugin(
  page: Page,
  site: WordPressSite,
  archive: Buffer,
): Promise<void> {
  await page.goto(`${site.url}/wp-admin/plugin-install.php?tab=upload`);
  const file = { name: 'avatar-chat.zip', mimeType: 'application/zip', buffer: archive };
  await page.locator('#pluginzip').setInputFiles(file);
  await page.locator('#install-plugin-submit').click();
  await page.getByRole('link', { name: 'Activate Plugin' }).click();
  await page.getByText('Plugin activated.').waitFor();
}

export async function openSettings(page: Page, site: WordPressSite): Promise<void> {
  await page.goto(`${site.url}/wp-admin/options-general.php?page=avatar-chat`);
}

/** @returns what WordPress says after it was saved */
export async function saveSettings(
  page: Page,
  site: WordPressSite,
  settings: PluginSettings,
): Promise<string> {
  await openSettings(page, site);
  for (const [name, value] of Object.entries(settings)) {
    await page.locator(`#avatar-chat-${name}`).fill(value);
  }
  await submitSettings(page);
  return (await page.locator('.notice').allTextContents()).join('\n');
}

/** WordPress takes its mark of what was saved out of the address at once, so that is not waited for. */
export async function submitSettings(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent('domcontentloaded'), page.locator('#submit').click()]);
}

export async function settingsOf(page: Page, site: WordPressSite): Promise<Record<string, string>> {
  await openSettings(page, site);
  const fields = page.locator('[name^="avatar_chat["]');
  expect(await fields.count()).toBeGreaterThan(0);
  const read = `Object.fromEntries([...document.querySelectorAll('[id^="avatar-chat-"]')]
    .filter((field) => field.name).map((field) => [field.id.replace('avatar-chat-', ''), field.value]))`;
  return page.evaluate<Record<string, string>>(read);
}
