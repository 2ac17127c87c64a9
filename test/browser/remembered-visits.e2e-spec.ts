import { describe, expect, it } from '@jest/globals';
import { html, ODD_KEY, useOddBrowser } from './odd-browser.js';
import { OddVisitor } from './odd-visitor.js';

const odd = useOddBrowser();
const { site } = odd;

const MEMORY = `avatar-chat.${ODD_KEY}`;

describe('what a page knows of its visitor', () => {
  it('is left out where Petya would not take it', async () => {
    const before = `Object.defineProperty(navigator, 'language', { value: 'en-US@posix' });
      Object.prototype.toJSON = Array.prototype.toJSON = () => 'added by a library';`;
    site.pages.set('/page', { html: html(site.tag()) });
    const url = site.url(`/page?campaign=${'x'.repeat(3000)}`);
    const visitor = await OddVisitor.open(odd.context, url, before);
    await visitor.write('Do you deliver?');
    const [made] = site.callsTo('/visitors/init');
    expect(JSON.parse(made?.body ?? '')).toEqual({ pageUrl: site.url('/page'), locale: 'en-US' });
    const [sent] = site.callsTo('/userMessages/init');
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ content: 'Do you deliver?' });
    const stored = await visitor.page.evaluate(`sessionStorage.getItem('${MEMORY}')`);
    expect(JSON.parse(String(stored)).lines).toHaveLength(2);
  });
});

describe('what a browser still remembers', () => {
  const VISITOR = `avatar-chat.visitor.${ODD_KEY}`;
  const wrong = (value: string): string =>
    `for (const name of ['${MEMORY}', '${VISITOR}', 'avatar-chat.visitor'])
      for (const place of [localStorage, sessionStorage]) place.setItem(name, ${JSON.stringify(value)});`;

  it.each([
    'undefined',
    '{"lines":null,"live":7,"visitorId":{},"visitorToken":[]}',
    '{"lines":{"length":3},"live":{"session_id":"s"},"visitorId":"v","visitorToken":"a\\nb"}',
    '{"externalId":"not an id","conversationId":["c"],"attempt":"\\u0000","lines":[{"id":1}]}',
  ])('of another shape is nothing: %s', async (value) => {
    const visitor = await odd.open({}, wrong(value));
    await visitor.write('Hello');
    expect(visitor.errors).toEqual([]);
    expect(site.callsTo('/visitors/init')).toHaveLength(1);
    expect(site.callsTo('/visitors/init')[0]?.headers['x-visitor-token']).toBeUndefined();
  });

  it.each([
    ['does not know the visitor', 'visitors/init', 404, {}],
    ['does not take the visitor', 'visitors/init', 422, { errors: [{ pointer: '/visitorId' }] }],
    ['does not take the token', 'visitors/init', 401, { type: 'urn:problem:token_invalid' }],
    ['does not know the conversation', 'userMessages/init', 404, {}],
    [
      'does not take its id',
      'userMessages/init',
      422,
      { errors: [{ pointer: '/conversationId' }] },
    ],
    ['says of an id no more than that', 'userMessages/init', 422, {}],
  ] as const)('is forgotten once Petya %s', async (_what, path, status, body) => {
    const visitor = await odd.open({});
    await visitor.write('Before');
    const { 'x-visitor-token': old } = site.callsTo('/userMessages/init')[0]?.headers ?? {};
    site.refuses = ({ path: asked, headers }) =>
      asked.endsWith(path) && headers['x-visitor-token'] === old ? [status, body] : undefined;
    // At once, and after a reload: what is kept is kept no longer than it is good for.
    if (path === 'visitors/init') await visitor.page.reload();
    await visitor.write('After');
    const sent = site.callsTo('/userMessages/init').at(-1);
    expect(sent?.headers['x-visitor-token']).not.toBe(old);
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ content: 'After' });
  });

  it('is asked for once more only: a refusal of the message itself stands', async () => {
    const visitor = await odd.open({});
    site.refuses = ({ path }) =>
      path.endsWith('userMessages/init') ? [422, { errors: [{ pointer: '/content' }] }] : undefined;
    await visitor.input.fill('Refused');
    await visitor.page.keyboard.press('Enter');
    await visitor.untilSaid('was not sent');
    expect(site.callsTo('/userMessages/init')).toHaveLength(1);
  });

  it('is kept for each key', async () => {
    const first = await odd.open({});
    await first.write('Hello');
    const other = await odd.open({ html: html(site.tag().replace(ODD_KEY, 'SE_odd-pages-00002')) });
    await other.write('Hello');
    const tokens = site.callsTo('/visitors/init').map(({ headers }) => headers['x-visitor-token']);
    expect(tokens).toEqual([undefined, undefined]);
  });
});
