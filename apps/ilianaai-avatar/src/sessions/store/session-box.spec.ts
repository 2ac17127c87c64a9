import { describe, expect, it } from '@jest/globals';
import { anAvatarConfig } from '../../../../../test/support/avatar-config.factory.js';
import { aSession } from '../../../../../test/support/session.factory.js';
import { SessionBox } from './session-box.js';

const tokenSecrets = ['591785b794601e212b260e25925636fd'];
const box = new SessionBox({ ...anAvatarConfig(), tokenSecrets });

describe('what lies sealed in records of sessions', () => {
  it.each([
    ['marked', 'b1.6d32KBDzji4N0pyyBpmnxjL/rO8SU9OK+kAJ/qjBWrsvGsaiOpH7xg=='],
    ['unmarked', '0ZXvFGCuQXAFJFvbzM/jR+2tT4/RFE2e4hMyWVDTgvrxkmY7pztqvw=='],
  ])('opens in the form that is %s', (_form, stored) => {
    expect(box.openToken(aSession({ id: 'session-1', vendorToken: stored }))).toBe('vendor-token');
  });

  it('opens in the member and the record that it was sealed for, and nowhere else', () => {
    const room = { livekit_url: 'wss://room' };
    const [token, media] = [box.sealToken('s1', 'vendor-token'), box.sealMedia('s1', room)];
    const opened = (id: string, vendorToken: string, sealed: string) => {
      const session = aSession({ id, vendorToken, media: sealed });
      return [box.openToken(session), box.openMedia(session)];
    };
    expect(opened('s1', token, media)).toEqual(['vendor-token', room]);
    expect(opened('s2', token, media)).toEqual([null, null]);
    expect(opened('s1', media, token)).toEqual([null, null]);
    expect(box.openMedia(aSession({ media: null }))).toBeNull();
  });
});
