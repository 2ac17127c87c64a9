import { describe, expect, it } from '@jest/globals';
import { recordId } from '../persistence/record-id.js';
import { accountScope, conversationFilters } from './conversation-filters.js';

describe('what an id may mean', () => {
  it('is first our own id where it looks like one, and first the external one elsewhere', () => {
    const own = '0123456789abcdef01234567';
    const scope = { accountId: 'acc', removingAt: null };
    expect(conversationFilters('acc', null, own)).toEqual([
      { _id: recordId(own), ...scope },
      { externalId: own, accountId: 'acc' },
    ]);
    expect(conversationFilters('acc', null, 'order-1')).toEqual([
      { externalId: 'order-1', accountId: 'acc' },
      { _id: 'order-1', ...scope },
    ]);
  });

  it('may be a record from before by its own id only: those have no other', () => {
    expect(conversationFilters('acc', 'acc', 'order-1')).toEqual([
      { externalId: 'order-1', accountId: 'acc' },
      { _id: 'order-1', accountId: { $in: ['acc', null] }, removingAt: null },
    ]);
  });

  it.each(['', 'a/b', 'a b', '$ne', 'a\u0000', 'x'.repeat(129)])('is nothing for %j', (id) => {
    expect(conversationFilters('acc', null, id)).toEqual([]);
  });
});

describe('whose conversations an account may see', () => {
  it.each([
    ['a', null, 'a'],
    ['a', 'b', 'a'],
    ['b', 'b', { $in: ['b', null] }],
  ])(
    'are its own that are not being removed, and those from before where they were given to it: %s, %s',
    (account, older, accountId) => {
      expect(accountScope(account, older)).toEqual({ accountId, removingAt: null });
    },
  );
});
