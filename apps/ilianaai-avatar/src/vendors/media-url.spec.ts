import { describe, expect, it } from '@jest/globals';
import { allowedMediaUrl } from './media-url.js';

const production = {
  hostSuffixes: ['livekit.cloud', 'media.example.com'],
  isLoopbackAllowed: false,
};
const elsewhere = { ...production, isLoopbackAllowed: true };

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

  it.each([
    'ws://127.0.0.1:7880',
    'ws://localhost:7880',
    'ws://[::1]:7880',
    'wss://avatar-media.localhost',
    'wss://room.livekit.cloud',
  ])('may be on this machine outside production: %s', (address) => {
    expect(allowedMediaUrl(address, elsewhere)).toBe(address);
  });

  it.each([
    'https://room.livekit.cloud',
    'https://127.0.0.1',
    'javascript:alert(1)',
    'ws://room.livekit.cloud',
    'wss://evil.test',
    'wss://127.0.0.1.evil.test',
    'wss://localhost.evil.test',
    'wss://evil-localhost',
    'ws://0.0.0.0',
    'ws://192.168.1.7',
    'wss://a:b@localhost',
  ])('is nothing else there either: %s', (address) => {
    expect(() => allowedMediaUrl(address, elsewhere)).toThrow('vendor_garbled');
  });
});
