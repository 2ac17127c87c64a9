import { describe, expect, it } from '@jest/globals';
import { embedCode } from './embed-code.js';

const api = 'https://petya.example.com';
const gateway = 'https://avatar.example.com';

describe('the embed code', () => {
  it('is the script tag with the key, Petya, and the versioned plugin of the gateway', () => {
    expect(embedCode({ key: 'SE_5799564546777614', api, gateway })).toBe(
      '<script defer src="https://avatar.example.com/plugin/v1/plugin.js" data-key="SE_5799564546777614" data-api="https://petya.example.com"></script>',
    );
  });

  it('stays one tag with every key that may be imported', () => {
    expect(embedCode({ key: 'SE_"><&\'', api, gateway })).toContain(
      'data-key="SE_&quot;&gt;&lt;&amp;\'" data-api',
    );
  });
});
