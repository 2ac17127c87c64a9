import { describe, expect, it } from '@jest/globals';
import { refusedMembers } from '../../../test/support/refused-members.js';
import {
  AvatarMessageDto,
  CreateTokenDto,
  KeepAliveDto,
  StartSessionDto,
  StopSessionDto,
} from './sessions.dto.js';

/** Values of which each string member refuses all: operators, arrays, numbers, booleans. */
const NO_STRINGS = [{ $ne: null }, { $where: '1' }, ['s-1'], [], 7, 0, true];

const message = { session_id: 's-1', text: 'We open at nine.' };

const GOOD: [string, new () => object, object][] = [
  ['a token request with nothing in it', CreateTokenDto, {}],
  ['a token request with nulls', CreateTokenDto, { conversation_id: null, visitor_id: null }],
  ['a token request with both ids', CreateTokenDto, { conversation_id: 'c.1', visitor_id: 'v:1' }],
  ['a start with nothing in it', StartSessionDto, {}],
  ['a start that names its session', StartSessionDto, { session_id: 's-1' }],
  ['a stop with a reason', StopSessionDto, { session_id: 's-1', reason: 'USER_CLOSED' }],
  ['a keep-alive', KeepAliveDto, { session_id: 's-1' }],
  ['the shortest promise', KeepAliveDto, { next_within_s: 5 }],
  ['the longest promise', KeepAliveDto, { next_within_s: 120 }],
  ['a message', AvatarMessageDto, message],
  ['a message of 32 KiB', AvatarMessageDto, { ...message, text: 'é'.repeat(16 * 1024) }],
  [
    'a message with everything',
    AvatarMessageDto,
    { ...message, role: 'user', message_id: 'm:1', timestamp: 1_760_000_010.5 },
  ],
];

const WRONG: [string, new () => object, object, Record<string, readonly unknown[]>][] = [
  [
    'a token request',
    CreateTokenDto,
    {},
    {
      conversation_id: [...NO_STRINGS, '', 'a b', 'a\u0000', 'x'.repeat(129)],
      visitor_id: [...NO_STRINGS, '', '../v', 'x'.repeat(129)],
    },
  ],
  ['a start', StartSessionDto, {}, { session_id: [...NO_STRINGS, null, '', 'a.b', 'a/b'] }],
  [
    'a stop',
    StopSessionDto,
    {},
    {
      session_id: [...NO_STRINGS, null, '', 'a.b'],
      reason: [...NO_STRINGS, null, '', 'user closed', 'A'.repeat(65)],
    },
  ],
  [
    'a keep-alive',
    KeepAliveDto,
    {},
    {
      session_id: [...NO_STRINGS, null],
      next_within_s: ['15', 4, 121, 15.5, -15, Infinity, null, true, {}, [15]],
    },
  ],
  [
    'a message',
    AvatarMessageDto,
    message,
    {
      session_id: [...NO_STRINGS, null, undefined, 'a.b'],
      text: [...NO_STRINGS, null, undefined, '', `${'é'.repeat(16 * 1024)}!`],
      role: [...NO_STRINGS, null, 'assistant', 'AVATAR'],
      message_id: [...NO_STRINGS, null, '', 'a b'],
      timestamp: ['1760000010', Infinity, -0, 0, 9007199254740992, null, {}, [1_760_000_010]],
    },
  ],
];

/** What the vendor knows and we do not sell, and what only the server sets. */
const NOT_OURS = [
  'avatar_id',
  'is_sandbox',
  'llm_configuration_id',
  'callback_url',
  'accountId',
  'state',
  '_id',
  'a/b~c',
];

describe('a request of the plugin', () => {
  it.each(GOOD)('is taken when it is %s', (_what, dto, body) => {
    expect(refusedMembers(dto, body)).toEqual([]);
  });

  for (const [what, dto, body, members] of WRONG) {
    for (const [member, values] of Object.entries(members)) {
      it(`is refused when ${member} of ${what} has a wrong type or is out of range`, () => {
        for (const value of values) {
          expect([value, refusedMembers(dto, { ...body, [member]: value })]).toEqual([
            value,
            [`/${member}`],
          ]);
        }
      });
    }

    it(`is refused when ${what} brings a member that we do not take`, () => {
      for (const member of NOT_OURS) {
        expect(refusedMembers(dto, { ...body, [member]: 'x' })).toEqual(['']);
      }
    });

    it.each([[null], ['x'], [1], [[]], [[{}]], [true]])(
      `is refused when ${what} is no object but %j`,
      (value) => {
        expect(refusedMembers(dto, value)).toEqual(['']);
      },
    );
  }
});
