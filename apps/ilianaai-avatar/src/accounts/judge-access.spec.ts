import { describe, expect, it } from '@jest/globals';
import { ACCESS_VERDICTS, type AccessVerdict, CONVERSATION_NAMINGS } from '#contracts';
import { anAccount } from '../../../../test/support/session.factory.js';
import { AvatarError } from '../errors.js';
import { type AccessReply, judgeAccess, type Named, needsVerdict } from './judge-access.js';

const OWN_ID = 'q2J5vX0s8-_k3Jd9aZ1bQw';
const UUID = '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01';

const named = (more: Partial<Named> = {}): Named => ({
  visitorId: null,
  conversationId: null,
  visitorToken: null,
  ...more,
});

const verdict = (
  said: AccessVerdict,
  visitorId: string | null = null,
  conversation: (typeof CONVERSATION_NAMINGS)[number] = 'own',
): AccessReply => ({ kind: 'verdict', verdict: { verdict: said, visitorId, conversation } });

const NO_ROUTE: AccessReply = { kind: 'no-route' };
const AWAY: AccessReply = { kind: 'unreachable', cause: new AvatarError('petya_unavailable') };
const REQUIRED = anAccount({ visitorProof: 'required' });
const SERVER = anAccount({ visitorProof: 'required', keyKind: 'secret' });

function outcome<T>(judge: () => T): T | string {
  try {
    return judge();
  } catch (error) {
    if (error instanceof AvatarError) return error.code;
    throw error;
  }
}

describe('whether Petya is asked', () => {
  it.each([
    [{}, false, 'visitor_token_needed', false],
    [{ visitorId: 'ada' }, true, 'visitor_token_needed', true],
    [{ conversationId: 'talk' }, true, 'visitor_token_needed', true],
    [{ visitorToken: 'token' }, true, true, true],
    [{ visitorToken: 'token', visitorId: 'ada', conversationId: 'talk' }, true, true, true],
  ] as const)('of a request with %j', (more, optional, required, server) => {
    const asked = [anAccount(), REQUIRED, SERVER].map((account) =>
      outcome(() => needsVerdict(account, named(more))),
    );
    expect(asked).toEqual([optional, required, server]);
  });
});

describe('Petya’s verdict', () => {
  it.each(ACCESS_VERDICTS.filter((each) => each !== 'admitted'))('is told as it is: %s', (said) => {
    for (const account of [anAccount(), REQUIRED, SERVER]) {
      expect(outcome(() => judgeAccess(account, named(), verdict(said)))).toBe(said);
    }
  });

  it.each(CONVERSATION_NAMINGS)(
    'says who asks, and how the conversation is named: %s',
    (naming) => {
      const who = named({ visitorToken: 'token' });
      for (const visitorId of [null, 'ada']) {
        const reply = verdict('admitted', visitorId, naming);
        expect(judgeAccess(anAccount(), who, reply)).toEqual({
          visitorId,
          conversation: naming,
        });
      }
    },
  );

  it('proves nobody who has shown no token, whatever it says', () => {
    const reply = verdict('admitted', 'ada');
    expect(judgeAccess(anAccount(), named({ visitorId: 'ada' }), reply).visitorId).toBeNull();
    expect(judgeAccess(SERVER, named({ visitorId: 'ada' }), reply).visitorId).toBe('ada');
  });

  it('lets nobody in without proof where the account wants it, but its own server', () => {
    const reply = verdict('admitted');
    const unproved = { visitorId: null, conversation: 'own' };
    const who = named({ visitorToken: 'token' });
    expect(outcome(() => judgeAccess(REQUIRED, who, reply))).toBe('visitor_token_needed');
    expect(outcome(() => judgeAccess(SERVER, who, reply))).toEqual(unproved);
    expect(judgeAccess(REQUIRED, who, verdict('admitted', 'ada'))).toMatchObject({
      visitorId: 'ada',
    });
  });
});

describe('without a verdict', () => {
  it.each([
    ['a Petya that knows of no proof', NO_ROUTE, null, 'none'],
    ['a Petya that knows of no proof', NO_ROUTE, OWN_ID, 'own'],
    ['a Petya that knows of no proof', NO_ROUTE, UUID, 'own'],
    ['a Petya that knows of no proof', NO_ROUTE, UUID.toUpperCase(), 'own'],
    ['a Petya that knows of no proof', NO_ROUTE, 'order-4711', 'unknown'],
    ['a Petya that knows of no proof', NO_ROUTE, '65f1a0c2b3d4e5f60718293a', 'unknown'],
    ['a Petya that knows of no proof', NO_ROUTE, `${OWN_ID}x`, 'unknown'],
    ['a Petya that knows of no proof', NO_ROUTE, UUID.replace('-4f0e', '-1f0e'), 'unknown'],
    ['a Petya that is away', AWAY, null, 'none'],
    ['a Petya that is away', AWAY, OWN_ID, 'unknown'],
    ['a Petya that is away', AWAY, 'order-4711', 'unknown'],
  ] as const)('from %s nobody is proved, and %s', (_who, reply, conversationId, conversation) => {
    const standing = judgeAccess(anAccount(), named({ conversationId, visitorId: 'ada' }), reply);
    expect(standing).toEqual({ visitorId: null, conversation });
  });

  it('whoever shows proof waits for Petya, and counts for nobody where there is no proof', () => {
    const who = named({ visitorToken: 'token', conversationId: OWN_ID });
    expect(outcome(() => judgeAccess(anAccount(), who, AWAY))).toBe('petya_unavailable');
    expect(outcome(() => judgeAccess(REQUIRED, who, AWAY))).toBe('petya_unavailable');
    expect(judgeAccess(anAccount(), who, NO_ROUTE)).toEqual({
      visitorId: null,
      conversation: 'own',
    });
    expect(outcome(() => judgeAccess(REQUIRED, who, NO_ROUTE))).toBe('visitor_token_needed');
  });
});
