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

/** Each state of the video that the page is told of, once. */
const NOTE_STATES = `window.states = [];
  document.addEventListener('avatar-chat', ({ detail: { kind, state } }) => {
    if (kind === 'state' && states.at(-1) !== state) states.push(state);
  });`;

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

  it('goes on where a second look at the account is answered late', async () => {
    site.refuses = ({ path }) => (path.endsWith('/account/config') ? [500, {}] : undefined);
    const visitor = await odd.open({}, NOTE_STATES);
    await visitor.button('Try again').waitFor();
    turn(true);
    const held: (() => Promise<void>)[] = [];
    await visitor.page.route('**/account/config', (route) => {
      held.push(() => route.continue());
    });
    for (const _time of ['first', 'second']) await visitor.button('Try again').click();
    await until('both are asked', async () => held.length === 2);
    await held[0]?.();
    await visitor.startVideo();
    const answered = visitor.page.waitForResponse('**/account/config');
    await held[1]?.();
    await (await answered).finished();
    await visitor.button('Stop video').click();
    await visitor.untilSaid('The video is off');
    await until('it is over', async () => site.callsTo('/stop').length > 0);
    expect(await visitor.page.evaluate('states')).toEqual(['connecting', 'live', 'off']);
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
