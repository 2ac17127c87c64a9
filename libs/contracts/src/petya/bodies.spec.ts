import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { refusedMembers } from '../../../../test/support/refused-members.js';
import { CreateAccountDto, DeleteAccountQueryDto, UpdateAccountDto } from './accounts.dto.js';
import { CreateApiKeyDto } from './api-keys.dto.js';
import { InitConversationDto, SetStatusDto } from './conversations.dto.js';
import { PostMessageDto } from './messages.dto.js';
import { PageQueryDto } from './page-query.dto.js';
import { InitVisitorDto } from './visitors.dto.js';

const NO_STRINGS = [{ $ne: null }, { $where: '1' }, ['x'], [], 7, true, null];
const NO_OBJECTS = [null, 'x', 7, true, [], [{}]];
const BAD_OPTIONAL_IDS = [...NO_STRINGS, 'a b', 'a\u0000', '../a', '$a', 'x'.repeat(129)];
const BAD_IDS = [...BAD_OPTIONAL_IDS, ''];

const message = { conversationId: 'c-1', isFromUser: true, content: 'Do you deliver on Sundays?' };
const account = { name: 'Blumenhaus Berlin' };

const GOOD: [new () => object, object][] = [
  [InitVisitorDto, {}],
  [InitVisitorDto, { visitorId: 'v-1', name: 'Ada', email: 'ada@example.com', locale: 'de-DE' }],
  [InitVisitorDto, { pageUrl: `/${'x'.repeat(2047)}`, userAgent: 'Mozilla/5.0' }],
  [InitConversationDto, {}],
  [InitConversationDto, { visitorId: 'v-1', externalId: 'shop:42', pageUrl: 'https://a.test' }],
  [SetStatusDto, {}],
  [SetStatusDto, { status: 'active' }],
  [SetStatusDto, { status: 'completed' }],
  [PostMessageDto, message],
  [PostMessageDto, { ...message, isFromUser: false, clientMessageId: 'm-1' }],
  [PostMessageDto, { ...message, content: 'x'.repeat(32 * 1024) }],
  [CreateApiKeyDto, {}],
  [CreateApiKeyDto, { key: 'SE_5799564546777614' }],
  [CreateAccountDto, account],
  [CreateAccountDto, { ...account, allowedOrigins: [], limits: {}, avatar: {} }],
  [UpdateAccountDto, {}],
  [
    UpdateAccountDto,
    {
      avatar: { enabled: false, avatarId: null, intro: null, voiceId: 'v', knowledgeBaseId: 'k' },
      limits: { maxConcurrentSessions: 0, maxSessionSeconds: null, maxTranscriptTurns: 5000 },
      sameVisitor: 'replace',
      retentionDays: null,
      suspended: true,
    },
  ],
  [PageQueryDto, {}],
  [PageQueryDto, { limit: '1', cursor: 'abc_-' }],
  [PageQueryDto, { limit: '100' }],
  [DeleteAccountQueryDto, { force: 'true' }],
];

const ACCOUNT_SETTINGS: Record<string, readonly unknown[]> = {
  name: [...NO_STRINGS, '', 'x'.repeat(201)],
  language: [...NO_STRINGS, '', 'english language', 'en_US'],
  avatar: NO_OBJECTS,
  allowedOrigins: [null, 'https://a.test', {}, [7], [null], [['x']], new Array(101).fill('x')],
  limits: NO_OBJECTS,
  sameVisitor: [...NO_STRINGS, 'ignore'],
  retentionDays: [0, 3651, 1.5, '30', {}, [30], true],
  suspended: ['true', 1, null, {}],
  accountId: ['acc-2'],
  createdAt: ['2026-01-01'],
};

const WRONG: [new () => object, object, Record<string, readonly unknown[]>][] = [
  [
    InitVisitorDto,
    {},
    {
      visitorId: BAD_OPTIONAL_IDS,
      name: [...NO_STRINGS, 'x'.repeat(201)],
      email: [...NO_STRINGS, 'ada', 'ada@', `${'a'.repeat(64)}@${'b'.repeat(250)}.com`],
      pageUrl: [...NO_STRINGS, 'x'.repeat(2049)],
      userAgent: [...NO_STRINGS, 'x'.repeat(1025)],
      locale: [...NO_STRINGS, 'de DE', 'x'.repeat(36)],
      accountId: ['acc-2'],
    },
  ],
  [
    InitConversationDto,
    {},
    {
      visitorId: BAD_OPTIONAL_IDS,
      externalId: BAD_OPTIONAL_IDS,
      pageUrl: [...NO_STRINGS, 'x'.repeat(2049)],
      status: ['completed'],
      _id: ['6b0159f1a470160ca3a10003'],
    },
  ],
  [SetStatusDto, {}, { status: [...NO_STRINGS, 'failed', 'Active'] }],
  [
    PostMessageDto,
    message,
    {
      conversationId: [...BAD_IDS, undefined],
      isFromUser: ['true', 1, 0, null, undefined, {}, []],
      content: [...NO_STRINGS, undefined, '', 'x'.repeat(32 * 1024 + 1)],
      clientMessageId: BAD_OPTIONAL_IDS,
      createdAt: ['2026-01-01'],
    },
  ],
  [
    CreateApiKeyDto,
    {},
    {
      key: [
        ...NO_STRINGS,
        '',
        'SE_short',
        'XX_5799564546777614',
        'SE_5799564546777614\n',
        'SE_57995645 46777614',
        `SE_${'x'.repeat(126)}`,
      ],
    },
  ],
  [CreateAccountDto, account, { ...ACCOUNT_SETTINGS, name: [...NO_STRINGS, undefined, ''] }],
  [UpdateAccountDto, {}, ACCOUNT_SETTINGS],
  [
    PageQueryDto,
    {},
    {
      limit: ['0', '-1', '101', '1000000', '1.5', '01', ' 1', '1e1', '', ['1', '2'], 5, null],
      cursor: [...NO_STRINGS, '', 'a b', 'a=', 'x'.repeat(401)],
      'limit[$gt]': ['1'],
    },
  ],
  [DeleteAccountQueryDto, {}, { force: ['', '1', 'TRUE', true, null, ['true', 'true']] }],
];

/** A member that is not known is refused without its name. */
function isKnown(dto: new () => object, member: string): boolean {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  return rules.some(({ propertyName }) => propertyName === member);
}

describe("a body or query of Petya's routes", () => {
  it.each(GOOD)('is taken by %p when it is %j', (dto, body) => {
    expect(refusedMembers(dto, body)).toEqual([]);
  });

  it.each([
    [InitVisitorDto, {}, 'visitorId'],
    [InitVisitorDto, {}, 'name'],
    [InitVisitorDto, {}, 'email'],
    [InitVisitorDto, {}, 'pageUrl'],
    [InitVisitorDto, {}, 'userAgent'],
    [InitVisitorDto, {}, 'locale'],
    [InitVisitorDto, {}, 'userId'],
    [InitVisitorDto, {}, 'userHash'],
    [InitConversationDto, {}, 'visitorId'],
    [InitConversationDto, {}, 'externalId'],
    [InitConversationDto, {}, 'pageUrl'],
    [PostMessageDto, message, 'clientMessageId'],
  ])('takes what a form left empty as absent in %p: %j %s', (dto, body, member) => {
    expect(refusedMembers(dto, { ...body, [member]: '' })).toEqual([]);
  });

  for (const [dto, body, members] of WRONG) {
    for (const [member, values] of Object.entries(members)) {
      it(`is refused by ${dto.name} when ${member} is wrong`, () => {
        for (const value of values) {
          const refused = refusedMembers(dto, { ...body, [member]: value });
          const named = isKnown(dto, member) ? member : undefined;
          expect([value, refused[0]?.split('/')[1]]).toEqual([value, named]);
        }
      });
    }

    it.each(NO_OBJECTS)(`is refused by ${dto.name} when it is no object but %j`, (value) => {
      expect(refusedMembers(dto, value)).toEqual(['']);
    });
  }

  it.each([
    ['avatar', { avatarId: 'a b' }, '/avatar/avatarId'],
    ['avatar', { voiceId: '' }, '/avatar/voiceId'],
    ['avatar', { knowledgeBaseId: { $ne: null } }, '/avatar/knowledgeBaseId'],
    ['avatar', { intro: 'x'.repeat(2001) }, '/avatar/intro'],
    ['avatar', { enabled: 'true' }, '/avatar/enabled'],
    ['avatar', { llm: true }, '/avatar'],
    ['limits', { maxConcurrentSessions: -1 }, '/limits/maxConcurrentSessions'],
    ['limits', { maxSessionSeconds: 0 }, '/limits/maxSessionSeconds'],
    ['limits', { maxTranscriptTurns: 5001 }, '/limits/maxTranscriptTurns'],
    ['limits', { maxSessionSeconds: '60' }, '/limits/maxSessionSeconds'],
  ])('names the member inside %s that is wrong: %j', (member, value, pointer) => {
    expect(refusedMembers(UpdateAccountDto, { [member]: value })).toEqual([pointer]);
  });
});
