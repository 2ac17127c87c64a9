import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_MEMBERS } from '../../apps/petya-avatar-api/src/operator/account-members.js';
import { FIELDS } from '../../apps/board/src/petya/settings/specs.js';

/** Not a field: an order of its own. */
const ORDERS = ['suspended'];

/** Groups, whose members are named one by one. */
const isGroup = ({ kind }: { readonly kind: string }): boolean => kind === 'group';

describe('the fields of an account', () => {
  it('are every member that the command line knows', () => {
    const known = ACCOUNT_MEMBERS.filter((member) => !isGroup(member))
      .map(({ name }) => name)
      .filter((name) => !ORDERS.includes(name));
    const fields = FIELDS.map(({ pointer }) => pointer.slice(1).replaceAll('/', '.'));
    expect(fields.toSorted()).toEqual(known.toSorted());
  });

  it('have a label each that no other has', () => {
    const labels = FIELDS.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
  });
});
