import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { useOddBrowser } from './odd-browser.js';

const odd = useOddBrowser();
const { site } = odd;

/** The owner's switch, and how the avatar service answers meanwhile. */
function turn(isOn: boolean, isKnownToPetya = true): void {
  site.refuses = ({ path }) => {
    if (path.endsWith('/account/config') && isKnownToPetya) {
      const avatar = { enabled: isOn, intro: 'Hello, how can I help?' };
      return [200, { avatar, avatarServiceUrl: site.url('') }];
    }
    const isOpening = path.endsWith('/sessions/token');
    return isOpening && !isOn
      ? [403, { type: 'urn:problem:avatar_disabled', message: 'It is switched off.' }]
      : undefined;
  };
}

/** A page whose waiting is two hundred times shorter. */
const SOON = `const usual = setTimeout;
  window.setTimeout = (work, ms = 0, ...more) => usual(work, ms >= 30000 ? ms / 200 : ms, ...more);`;

describe('an avatar that its owner has switched off', () => {
  it('is not offered, and is again without a reload once it is switched on', async () => {
    turn(false);
    const visitor = await odd.open({}, SOON);
    await visitor.untilSaid('You can write to us here.');
    expect(await visitor.button('Talk with video').isVisible()).toBe(false);
    await visitor.write('Do you deliver?');
    turn(true);
    await visitor.button('Talk with video').waitFor();
    await visitor.startVideo();
    expect(visitor.errors).toEqual([]);
  });

  it('is offered again as soon as the visitor comes back to the page', async () => {
    turn(false);
    const visitor = await odd.open({});
    await visitor.untilSaid('You can write to us here.');
    turn(true);
    await visitor.page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await visitor.button('Talk with video').waitFor();
  });

  it('is offered no longer once a start was refused for it', async () => {
    turn(true);
    const visitor = await odd.open({}, SOON);
    await visitor.button('Talk with video').waitFor();
    turn(false);
    await visitor.button('Talk with video').click();
    await visitor.untilSaid('You can write to us here.');
    expect(await visitor.button('Talk with video').isVisible()).toBe(false);
    await visitor.write('Do you deliver?');
    turn(true);
    await visitor.button('Talk with video').waitFor();
  });

  it('goes on where it runs', async () => {
    turn(true);
    const visitor = await odd.open({}, SOON);
    await visitor.startVideo();
    turn(false);
    await visitor.page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await visitor.write('Are you still there?');
    expect(await visitor.button('Stop video').isVisible()).toBe(true);
  });

  it('is looked for while it is off, and while it is on by nobody', async () => {
    const looks = (): number => site.callsTo('/account/config').length;
    turn(false);
    const visitor = await odd.open({}, SOON);
    await until('it is looked for', async () => looks() > 3);
    turn(true);
    await visitor.button('Talk with video').waitFor();
    const before = looks();
    await visitor.page.waitForTimeout(1_000);
    expect(looks()).toBe(before);
  });
});
