import { expect } from '@jest/globals';
import type { BrowserWorld } from './browser-world.js';
import { VisitorPage } from './visitor-page.js';

/** A session whose visitor was there at one moment and nowhere at the next. */
export interface Abandoned {
  readonly sessionId: string;
  readonly killedAtMs: number;
}

/** Little to draw: what counts here is who is there. */
const CHEAP = { viewport: { width: 360, height: 240 }, reducedMotion: 'reduce' } as const;

/** So many at once as two processors can serve without keeping anybody waiting. */
const LANES = 2;

/**
 * Lets visitors come, talk on video and reload their page, which comes back to the same session;
 * then kills their tab's process, so that no page can say that it goes.
 */
export async function killVisitors(world: BrowserWorld, count: number): Promise<Abandoned[]> {
  const killed: Abandoned[] = [];
  let arrived = 0;
  const lane = async (): Promise<void> => {
    while (arrived < count) {
      arrived += 1;
      killed.push(await killOne(world));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return killed;
}

async function killOne(world: BrowserWorld): Promise<Abandoned> {
  const visitor = await VisitorPage.open(world, await world.browser.newContext(CHEAP));
  const { sessionId } = await visitor.startVideo();
  await visitor.page.reload();
  expect(await visitor.untilLive()).toMatchObject({ sessionId, state: 'active', starts: 1 });
  expect(visitor.complaints).toEqual([]);
  const devtools = await visitor.page.context().newCDPSession(visitor.page);
  const gone = visitor.page.waitForEvent('crash');
  // Never answers: there is nobody left to do so.
  devtools.send('Page.crash').catch(() => undefined);
  await gone;
  const killedAtMs = Date.now();
  await visitor.close();
  return { sessionId, killedAtMs };
}
