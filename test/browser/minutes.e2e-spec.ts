import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { zoneAtNoon } from '../support/noon.js';
import { type BrowserWorld, startBrowserWorld } from './browser-world.js';
import { untilEnded, VisitorPage } from './visitor-page.js';

// Pictures are drawn without a graphics card here.
jest.setTimeout(120_000);

/** Less than a minute, and more than what has to be left for a session to begin. */
const SECONDS = 45;

let world: BrowserWorld;
let visitor: VisitorPage;

beforeAll(async () => {
  world = await startBrowserWorld();
  await world.changeAccount({ limits: { maxSecondsPerDay: SECONDS, timeZone: zoneAtNoon() } });
}, 300_000);
afterAll(() => world.stop());
beforeEach(async () => {
  visitor = await VisitorPage.open(world);
});
afterEach(async () => {
  await visitor.close();
  expect(visitor.complaints).toEqual([]);
});

describe('a visitor of an account whose minutes run out', () => {
  it('is warned, is cut and goes on in writing, and is offered no more', async () => {
    const { page, log } = visitor;
    const field = page.getByLabel('Your message');
    const { sessionId } = await visitor.startVideo();
    await visitor.untilSaid(/^The video ends in about \d\d seconds\. You can go on writing/);
    await visitor.untilMoving();
    await visitor.write('What are your opening hours?');
    await log.getByText('from nine to six').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('9-minutes-warned');
    await field.fill('How can I');
    await visitor.untilSaid(
      /^The video has ended, since there is no more time/,
      SECONDS * 1000 + 15_000,
    );
    await untilEnded(world, sessionId, 5_000);
    expect(await field.inputValue()).toBe('How can I');
    expect(await visitor.button('Talk with video').isVisible()).toBe(false);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('10-minutes-cut');
    await visitor.writeAndBeAnswered('How can I pay?', 'by card, by invoice');
    const { messages } = await visitor.stored();
    const written = messages.filter(({ isFromUser }) => isFromUser).map(({ content }) => content);
    expect(written).toEqual(
      expect.arrayContaining(['What are your opening hours?', 'How can I pay?']),
    );

    await page.reload();
    await visitor.button('Talk with video').click();
    await visitor.untilSaid(
      'Video is not available on this site for now. You can go on writing here.',
    );
    expect(await visitor.button('Talk with video').isVisible()).toBe(false);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('11-minutes-refused');
    await visitor.writeAndBeAnswered('What is the price?', 'forty-nine euros');
    await log.getByText('from nine to six').waitFor();
    expect((await visitor.stored()).messages.map(({ content }) => content)).toContain(
      'What is the price?',
    );
  });
});
