import { describe, expect, it } from '@jest/globals';
import { readSettings } from './src/plugin/settings.js';

const given = { key: 'SE_5799564546777614', api: 'https://petya.example.com' };
const read = {
  ...given,
  name: 'our assistant',
  target: 'body',
  heartbeatSeconds: 15,
  sdkUrl: undefined,
  userUrl: undefined,
};

describe('what a page says about the plugin', () => {
  it.each([
    [{}, {}],
    [{ key: ` ${given.key}\n` }, {}],
    [{ api: 'https://petya.example.com/' }, {}],
    [{ api: 'https://petya.example.com/api/v1/' }, {}],
    [{ api: 'http://127.0.0.1:5000/api/v1' }, { api: 'http://127.0.0.1:5000' }],
    [{ api: 'http://localhost:5000' }, { api: 'http://localhost:5000' }],
    [{ api: 'https://example.com/petya' }, { api: 'https://example.com/petya' }],
    [
      { name: 'Katya', target: '#chat' },
      { name: 'Katya', target: '#chat' },
    ],
    [{ name: '', target: ' ', heartbeatSeconds: '', sdkUrl: '' }, {}],
    [{ name: 'undefined', target: 'null', heartbeatSeconds: 'undefined' }, {}],
    [{ name: null, target: {}, heartbeatSeconds: undefined }, {}],
    [{ heartbeatSeconds: '5' }, { heartbeatSeconds: 5 }],
    [{ heartbeatSeconds: 120 }, { heartbeatSeconds: 120 }],
    [{ sdkUrl: 'https://cdn.example.com/sdk.js' }, { sdkUrl: 'https://cdn.example.com/sdk.js' }],
    [{ userUrl: '/who' }, { userUrl: '/who' }],
    [
      { userUrl: 'https://shop.example.com/who?a=1' },
      { userUrl: 'https://shop.example.com/who?a=1' },
    ],
  ])('is taken as %j', (said, expected) => {
    expect(readSettings({ ...given, ...said })).toEqual({
      settings: { ...read, ...expected },
      problems: [],
    });
  });

  it.each([
    [{ key: undefined }, /^data-key is missing\. .*data-key="SE_…"/],
    [{ key: '' }, /^data-key is missing/],
    [{ key: '{{ key }}' }, /^data-key="\{\{ key \}\}" is no key/],
    [{ key: 'SK_1234567890123456' }, /^data-key holds a secret key/],
    [{ api: undefined }, /^data-api is missing\. .*data-api="https:\/\/…"/],
    [{ api: 'petya.example.com' }, /Write it whole: data-api="https:\/\/petya\.example\.com"/],
    [{ api: '//petya.example.com' }, /data-api="https:\/\/petya\.example\.com"/],
    [{ api: 'https://petya example' }, /^data-api="https:\/\/petya example" is no address/],
    [{ api: '/api' }, /^data-api="\/api" is no address/],
    [{ api: 'https://' }, /^data-api="https:\/\/" is no address.*data-api="https:\/\/…"/],
    [{ api: 'https://petya.example.com:99999' }, /is no address/],
    [{ api: 'https://petya<.example.com' }, /is no address/],
    [{ api: 'https://[petya]' }, /is no address/],
    [{ api: 'https://me:pass@petya.example.com' }, /^data-api names a user.*without/],
    [{ api: 'https://me@petya.example.com' }, /^data-api names a user/],
  ])('is refused as %j, and the attribute is named', (said, problem) => {
    const { settings, problems } = readSettings({ ...given, ...said });
    expect(settings).toBeNull();
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems.join()).not.toContain('1234567890123456');
  });

  it.each(['15s', '4', '121', '1.5', '-15', 'NaN', Number.NaN, 0, '1e9'])(
    'has the usual heartbeat where %j was written, and is told so',
    (heartbeatSeconds) => {
      const { settings, problems } = readSettings({ ...given, heartbeatSeconds });
      expect(settings).toEqual(read);
      expect(problems).toEqual([expect.stringMatching(/Write data-heartbeat-seconds="15"\.$/)]);
    },
  );

  it.each(['https://', 'https://cdn.example.com:99999/a.js', 'http://<'])(
    'has the usual part for video where %j was written, and is told so',
    (sdkUrl) => {
      const { settings, problems } = readSettings({ ...given, sdkUrl });
      expect(settings).toEqual(read);
      expect(problems).toEqual([expect.stringMatching(/^data-sdk-url=".*" is no address/)]);
    },
  );

  it.each([{}, { key: '', api: '' }, { name: 'Katya', target: '#chat' }])(
    'says once how it is written where there is nothing: %j',
    (said) => {
      const { settings, problems } = readSettings(said);
      expect(settings).toBeNull();
      expect(problems).toEqual([
        expect.stringMatching(/data-key="SE_…" data-api=.*avatarChatSettings/),
      ]);
    },
  );

  it('names every attribute that is wrong', () => {
    expect(readSettings({ key: 'SK_', api: '/', heartbeatSeconds: 'x' }).problems).toHaveLength(3);
  });
});
