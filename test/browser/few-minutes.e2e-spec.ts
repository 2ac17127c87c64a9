import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { useOddBrowser } from './odd-browser.js';
import type { Refusing } from './odd-site.js';
import type { OddVisitor } from './odd-visitor.js';

const odd = useOddBrowser();
const { site } = odd;

const USED_UP = {
  type: 'urn:problem:minutes_used_up',
  code: 942951,
  message: 'The avatar minutes of this account are used up until the day ends.',
};

const PAUSED = {
  type: 'urn:problem:opening_paused',
  code: 950357,
  message: 'No video is opened for the moment. Go on in writing, and try again later.',
};

/** How the plugin's calls are answered whose path ends so. */
type Answers = Readonly<Record<string, ReturnType<Refusing>>>;

function answer(answers: Answers): void {
  site.refuses = ({ path }) =>
    Object.entries(answers).find(([end]) => path.split('?')[0]?.endsWith(end))?.[1];
}

/** What each keep-alive is told; nothing: as a service from before. */
function leave(seconds?: number): void {
  answer({ '/keep-alive': [200, { data: { session_id: 's', seconds_left: seconds } }] });
}

/** Whoever comes back to a page sends a keep-alive at once. */
async function beat(visitor: OddVisitor): Promise<void> {
  const before = site.callsTo('/keep-alive').length;
  await visitor.page.evaluate(`dispatchEvent(new Event('online'))`);
  await until('it was sent', async () => site.callsTo('/keep-alive').length > before);
}

/** Each sentence about the video that the page is told of. */
const NOTE_WORDS = `window.words = [];
  document.addEventListener('avatar-chat', ({ detail: { kind, words } }) => {
    if (kind === 'state') window.words.push(words);
  });`;

async function warnings(visitor: OddVisitor): Promise<string[]> {
  const words: string[] = await visitor.page.evaluate('words');
  return words.filter((sentence) => sentence.startsWith('The video ends'));
}

const comeBack = (visitor: OddVisitor): Promise<void> =>
  visitor.page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);

describe('a video that is about to end', () => {
  it('is told of once, and once more when the end had gone away meanwhile', async () => {
    leave(40);
    const visitor = await odd.open({}, NOTE_WORDS);
    await visitor.button('Talk with video').click();
    await visitor.untilSaid(
      'The video ends in about 40 seconds. You can go on writing after that.',
    );
    leave(37);
    for (const _time of ['first', 'second']) await beat(visitor);
    expect(await warnings(visitor)).toHaveLength(1);
    leave(3_000);
    await beat(visitor);
    await visitor.untilSaid('You are talking with');
    leave(20);
    await beat(visitor);
    await visitor.untilSaid('The video ends in about 20 seconds.');
    expect(await warnings(visitor)).toHaveLength(2);
  });

  it('is told of again where the picture goes on', async () => {
    leave(40);
    const visitor = await odd.open({});
    await visitor.button('Talk with video').click();
    await visitor.untilSaid('The video ends in about 40 seconds.');
    await visitor.page.evaluate('window.isStill = true');
    await visitor.untilSaid('The connection is weak.');
    await visitor.page.evaluate('window.isStill = false');
    await visitor.untilSaid(/The video ends in about (35|30|25) seconds\./);
  });

  it('is told of in time where the keep-alives are lost', async () => {
    leave(62);
    const visitor = await odd.open({}, NOTE_WORDS);
    await visitor.startVideo();
    await until('one was answered', async () => site.callsTo('/keep-alive').length > 0);
    answer({ '/keep-alive': [503, { type: 'urn:problem:overloaded', message: 'Too much.' }] });
    await visitor.untilSaid('The video ends in about a minute.');
    await until('some were lost', async () => site.callsTo('/keep-alive').length > 2);
    expect(await warnings(visitor)).toHaveLength(1);
  });

  it('is told of by its longest time where the service says no more', async () => {
    answer({ '/start': [200, { data: { max_session_duration: 61 } }] });
    const visitor = await odd.open({}, NOTE_WORDS);
    await visitor.startVideo();
    await visitor.untilSaid('The video ends in about a minute.');
    await beat(visitor);
    expect(await warnings(visitor)).toHaveLength(1);
  });
});

describe('a site whose minutes are used up', () => {
  it('ends the video, and leaves all that was written and begun', async () => {
    const visitor = await odd.open({});
    await visitor.startVideo();
    await visitor.write('Do you deliver?');
    await visitor.input.fill('And on Sun');
    answer({
      '/keep-alive': [410, { type: 'urn:problem:session_ended', message: 'It has ended.' }],
      '/stop': [200, { data: {} }],
    });
    const usual = site.refuses;
    site.refuses = (call) =>
      call.method === 'GET' && call.path.includes('/v1/sessions/')
        ? [200, { data: { end_reason: 'minutes_used_up' } }]
        : usual(call);
    await beat(visitor);
    await visitor.untilSaid('The video has ended, since there is no more time for it');
    expect(await visitor.button('Talk with video').isVisible()).toBe(false);
    expect(await visitor.input.inputValue()).toBe('And on Sun');
    await visitor.page.getByRole('log').getByText('Do you deliver?').waitFor();
    await visitor.write('And on Sundays?');
    expect(new Set(site.callsTo('/userMessages/init').map(conversationOf)).size).toBe(1);
    expect(visitor.errors).toEqual([]);
  });

  it.each<[string, Answers]>([
    ['by the gateway', { '/sessions/token': [429, USED_UP, { 'Retry-After': '3600' }] }],
    ['since none is opened', { '/sessions/token': [503, PAUSED, { 'Retry-After': '60' }] }],
    ['where the vendor’s SDK says so', { '/sessions/start': [429, USED_UP] }],
  ])('offers none that was refused %s, and goes on in writing', async (_whom, answers) => {
    answer(answers);
    const visitor = await odd.open({});
    await visitor.write('Are you there?');
    await visitor.button('Talk with video').focus();
    await visitor.page.keyboard.press('Enter');
    await visitor.untilSaid('Video is not available on this site for now. You can go on writing');
    expect(await visitor.button('Talk with video').isVisible()).toBe(false);
    const looks = site.callsTo('/account/config').length;
    await comeBack(visitor);
    // Where the button was, the field is: whoever has no pointer goes on there.
    await visitor.page.keyboard.type('Then I write.');
    await visitor.page.keyboard.press('Enter');
    await visitor.untilSaid('Sent.');
    expect(await visitor.button('Talk with video').isVisible()).toBe(false);
    expect(site.callsTo('/account/config')).toHaveLength(looks);
    expect(new Set(site.callsTo('/userMessages/init').map(conversationOf)).size).toBe(1);
    expect(visitor.errors).toEqual([]);
  });

  it('offers it again once it may be there again', async () => {
    answer({ '/sessions/token': [429, USED_UP, { 'Retry-After': '1' }] });
    const visitor = await odd.open({});
    await visitor.button('Talk with video').click();
    await visitor.untilSaid('Video is not available on this site for now.');
    answer({});
    await visitor.page.waitForTimeout(1_100);
    await comeBack(visitor);
    await visitor.startVideo();
  });
});

function conversationOf({ body }: { body: string }): unknown {
  return (JSON.parse(body) as { conversationId?: unknown }).conversationId;
}
