import { describe, expect, it } from '@jest/globals';
import { allowedMediaUrl } from './media-url.js';

const production = { hostSuffixes: ['livekit.cloud', 'media.example.com'], isAnyAllowed: false };
const elsewhere = { ...production, isAnyAllowed: true };

describe('a media address of the vendor', () => {
  it.each([
    'wss://room-7.livekit.cloud',
    'wss://livekit.cloud/rtc?x=1',
    'wss://eu.media.example.com:7443',
    'wss://ROOM.LiveKit.Cloud',
  ])('is passed on as it is: %s', (address) => {
    expect(allowedMediaUrl(address, production)).toBe(address);
  });

  it.each([
    'ws://room.livekit.cloud',
    'https://room.livekit.cloud',
    'wss://livekit.cloud.evil.test',
    'wss://evil-livekit.cloud',
    'wss://evil.test/livekit.cloud',
    'wss://livekit.cloud@evil.test',
    'wss://user:word@room.livekit.cloud',
    'wss://127.0.0.1',
    'wss://localhost',
    'wss://[::1]',
    'javascript:alert(1)',
    'not an address',
    '',
  ])('is refused in production: %s', (address) => {
    expect(() => allowedMediaUrl(address, production)).toThrow('vendor_garbled');
  });

  it.each(['ws://127.0.0.1:7880', 'wss://avatar-media.example.test'])(
    'may be anywhere outside production: %s',
    (address) => {
      expect(allowedMediaUrl(address, elsewhere)).toBe(address);
    },
  );

  it.each(['https://room.livekit.cloud', 'javascript:alert(1)', 'wss://a:b@c'])(
    'is never of another kind: %s',
    (address) => {
      expect(() => allowedMediaUrl(address, elsewhere)).toThrow('vendor_garbled');
    },
  );
});
