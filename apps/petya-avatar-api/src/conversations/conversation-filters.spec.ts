import { describe, expect, it } from '@jest/globals';
import { recordId } from '../persistence/record-id.js';
import {
  accountScope,
  conversationFilters,
  isBeingRemoved,
  removingAccount,
} from './conversation-filters.js';

describe('what an id may mean', () => {
  it('is first our own id where it looks like one, and first the external one elsewhere', () => {
    const own = '0123456789abcdef01234567';
    expect(conversationFilters('acc', own)).toEqual([
      { _id: recordId(own) },
      { externalKey: `acc/${own}` },
    ]);
    expect(conversationFilters('acc', 'order-1')).toEqual([
      { externalKey: 'acc/order-1' },
      { _id: 'order-1' },
    ]);
  });

  it.each(['', 'a/b', 'a b', '$ne', 'a\u0000', 'x'.repeat(129)])('is nothing for %j', (id) => {
    expect(conversationFilters('acc', id)).toEqual([]);
  });
});

describe('whose conversations an account may see', () => {
  it('are its own, and those from before for the one account they were given to', () => {
    expect(accountScope('a', null)).toEqual({ accountId: 'a' });
    expect(accountScope('a', 'b')).toEqual({ accountId: 'a' });
    expect(accountScope('b', 'b')).toEqual({ accountId: { $in: ['b', null] } });
  });

  it('are not those that are being removed', () => {
    expect(isBeingRemoved({ accountId: removingAccount('a') })).toBe(true);
    expect([{ accountId: 'a' }, { accountId: null }, {}].map(isBeingRemoved)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
