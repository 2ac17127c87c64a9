import { describe, expect, it } from '@jest/globals';
import { defaultSettings } from '../settings.js';
import { billedSeconds, creditsPerMinute, mintedSession, nextEvent } from './session.js';
import type { TokenRequest } from './token.request.js';

const request: TokenRequest = {
  mode: 'FULL',
  avatarId: '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01',
  isSandbox: false,
  maxSessionSeconds: null,
  interactivityType: 'CONVERSATIONAL',
  voiceId: null,
  contextId: null,
  voiceAgentId: null,
  variables: {},
  llmConfigurationId: null,
};

function liveSession(members: object = {}) {
  const session = mintedSession(request, {}, 600, 0);
  return { ...session, startedAtMs: 0, joined: true, nextChargeAtMs: 60_000, ...members };
}

describe('nextEvent', () => {
  const settings = defaultSettings();

  it('is the charge, the idle end, the reaping or the cap, whichever comes first', () => {
    expect(nextEvent(liveSession(), settings)).toEqual({ atMs: 60_000, reason: 'charge' });
    const paid = { nextChargeAtMs: 900_000 };
    expect(nextEvent(liveSession(paid), settings).reason).toBe('IDLE_TIMEOUT');
    const alone = { ...paid, joined: false };
    expect(nextEvent(liveSession(alone), settings).reason).toBe('ZOMBIE_SESSION_REAP');
    const busy = { ...paid, lastActivityAtMs: 500_000 };
    expect(nextEvent(liveSession(busy), settings).reason).toBe('MAX_DURATION_REACHED');
  });

  it('is the end, not the charge, where both fall on one instant', () => {
    const minute = liveSession({ maxSeconds: 60 });
    expect(nextEvent(minute, settings).reason).toBe('MAX_DURATION_REACHED');
  });
});

describe('what a session costs', () => {
  it('is counted in seconds begun, from start to end', () => {
    expect(billedSeconds(mintedSession(request, {}, 600, 0), 5_000)).toBe(0);
    expect(billedSeconds(liveSession(), 1_001)).toBe(2);
    expect(billedSeconds(liveSession({ endedAtMs: 3_000 }), 9_000)).toBe(3);
  });

  it('is two credits a minute, one in LITE mode, none in the sandbox', () => {
    const prices = [{}, { mode: 'LITE' }, { isSandbox: true }].map((members) =>
      creditsPerMinute(liveSession({ request: { ...request, ...members } }), defaultSettings()),
    );
    expect(prices).toEqual([2, 1, 0]);
  });
});
