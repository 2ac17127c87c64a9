import type { Page, Route } from 'playwright-core';
import type { BrowserWorld } from './browser-world.js';

const USED_UP = {
  code: 942951,
  message:
    "The avatar minutes of this account are used up until the day ends. Go on in writing, or raise the account's limit.",
  data: null,
  type: 'urn:problem:minutes_used_up',
  title: 'Too Many Requests',
  status: 429,
  retryable: true,
};

interface Session {
  readonly id: string;
  readonly endsAtMs: number;
}

/**
 * Leaves an account so many seconds of video, as one page is answered: the first session that starts
 * from now on is as long at most, is told at each keep-alive what is left, and is ended then because
 * the minutes are used up; after it no more are opened. All that plays the gateway's part is here.
 */
export async function leaveSeconds(
  { vendor }: BrowserWorld,
  page: Page,
  seconds: number,
): Promise<void> {
  let running: Session | undefined;
  const leftMs = (): number => (running ? running.endsAtMs - Date.now() : seconds * 1000);
  const at = (path: string, work: (route: Route) => Promise<void>) =>
    page.route(`**/v1/sessions/${path}`, work);
  const change = async (route: Route, more: () => object): Promise<object> => {
    const response = await route.fetch();
    const answer = (await response.json()) as { data: object | null };
    const data = answer.data && { ...answer.data, ...more() };
    await route.fulfill({ response, json: { ...answer, data } });
    return data ?? {};
  };
  let id = '';
  await at('token', async (route) => {
    if (leftMs() <= 0) return refuse(route);
    const opened: { session_id?: string } = await change(route, () => ({}));
    id = opened.session_id ?? '';
  });
  await at('start', async (route) => {
    const answered = await change(route, () => ({ max_session_duration: seconds }));
    if (running !== undefined || !('max_session_duration' in answered)) return;
    running = { id, endsAtMs: Date.now() + seconds * 1000 };
    // The vendor is told to end it, and gives no reason of its own.
    setTimeout(() => void vendor.end(id, 'USER_CLOSED').catch(() => undefined), leftMs());
  });
  await at('keep-alive', async (route) => {
    await change(route, () => ({ seconds_left: Math.max(0, Math.floor(leftMs() / 1000)) }));
  });
  await page.route(/\/v1\/sessions\/[^/]{20,}$/, async (route) => {
    await change(route, () => (leftMs() > 0 ? {} : { end_reason: 'minutes_used_up' }));
  });
}

function refuse(route: Route): Promise<void> {
  const { origin = '' } = route.request().headers();
  return route.fulfill({
    status: 429,
    headers: {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Expose-Headers': 'Retry-After',
      'Retry-After': '3600',
    },
    json: USED_UP,
  });
}
