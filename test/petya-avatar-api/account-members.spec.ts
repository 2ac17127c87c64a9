import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { CreateAccountDto, CreateApiKeyDto, UpdateAccountDto } from '#contracts';
import {
  ACCOUNT_MEMBERS,
  KEY_MEMBERS,
} from '../../apps/petya-avatar-api/src/operator/account-members.js';
import { COMMANDS, COMMON_OPTIONS } from '../../apps/petya-avatar-api/src/operator/commands.js';
import type { OptionKind } from '../../apps/petya-avatar-api/src/operator/options.js';
import { transformerStorage } from '../../libs/platform/src/validation/quick-dto.js';

type Members = readonly (readonly [name: string, kind: OptionKind])[];

/** Rules of which one decides what a member is. */
const KINDS: Readonly<Record<string, OptionKind>> = {
  isBoolean: 'flag',
  isInt: 'number',
  isNumber: 'number',
  isArray: 'list',
  areVariables: 'map',
};

/** Every member of a DTO by its path, with the kind that its rules make it. */
function membersOf(dto: Function, path = ''): Members {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  return names.flatMap((name): Members => {
    const nested = transformerStorage.findTypeMetadata(dto, name);
    const full = `${path}${name}`;
    if (nested) return [[full, 'group'], ...membersOf(nested.typeFunction(), `${full}.`)];
    const own = rules.filter(({ propertyName }) => propertyName === name);
    const [kind = 'text'] = own.flatMap((rule) => KINDS[rule.name ?? ''] ?? []);
    return [[full, kind]];
  });
}

function sorted(members: Members): Members {
  return members.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

const tableOf = (table: typeof ACCOUNT_MEMBERS): Members =>
  sorted(table.map(({ name, kind }) => [name, kind] as const));

describe('the options of npm run accounts', () => {
  it.each([CreateAccountDto, UpdateAccountDto])('are all members of %p', (dto) => {
    // These two hold settings and cannot be taken away.
    const members = membersOf(dto).filter(([name]) => name !== 'avatar' && name !== 'limits');
    expect(members.length).toBeGreaterThan(30);
    expect(tableOf(ACCOUNT_MEMBERS)).toEqual(sorted(members));
  });

  it('are all members of a new key', () => {
    expect(tableOf(KEY_MEMBERS)).toEqual(sorted(membersOf(CreateApiKeyDto)));
  });

  it.each(Object.entries(COMMANDS))('of %s have a name each', (_name, { options }) => {
    const names = [...options, ...COMMON_OPTIONS].map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
