import { describe, expect, it } from '@jest/globals';
import { idempotencyIdOf, TAKES_A_SLOT, uniqueMembers, vendorKeyOf } from './unique-members.js';

const nothing = { id: 'a', slot: null, vendorSessionId: null, idempotencyKey: null };

describe('uniqueMembers', () => {
  it('gives two sessions that take nothing different members', () => {
    const members = [uniqueMembers(nothing), uniqueMembers({ ...nothing, id: 'b' })];
    expect(new Set(members.flatMap((each) => Object.values(each))).size).toBe(2);
  });

  it('gives two sessions that take the same slot, vendor session or key the same member', () => {
    const taken = { slot: 3, vendorSessionId: 'v', idempotencyKey: 'k' };
    expect(uniqueMembers({ ...nothing, ...taken })).toEqual(
      uniqueMembers({ ...nothing, ...taken, id: 'b' }),
    );
  });

  it('cannot be made to look like a session that takes nothing', () => {
    expect(vendorKeyOf('none:a')).not.toBe(uniqueMembers(nothing).vendorKey);
    expect(idempotencyIdOf('none:a')).not.toBe(uniqueMembers(nothing).idempotencyId);
  });

  it.each([
    [0, true],
    [10_000, true],
    [null, false],
  ])('finds a session with slot %p among those that take one: %p', (slot, expected) => {
    const { slotKey } = uniqueMembers({ ...nothing, slot });
    const { $gte, $lt } = TAKES_A_SLOT.slotKey;
    expect(slotKey >= $gte && slotKey < $lt).toBe(expected);
  });
});
