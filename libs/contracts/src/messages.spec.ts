import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import * as contracts from './index.js';

type Dto = new () => object;

const dtos = Object.entries(contracts).flatMap(([name, value]) =>
  typeof value === 'function' && name.endsWith('Dto') ? [[name, value as Dto] as const] : [],
);

/** Values of every JSON type; what is wrong with one of them is its type, never its size. */
const SAMPLES: readonly unknown[] = [{ $ne: null }, [], [7], 'x', 7, true];

/** Texts about the size of something that was never looked at. */
const ABOUT_SIZE = /\b(less|greater|longer|shorter|at most \d+|no more than|empty)\b/;
const NAMES_A_TYPE = /must be a string\b/;

function rulesOf(dto: Dto): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

/** What the first rule that refuses a value says of it. */
function messageFor(dto: Dto, member: string, value: unknown): string {
  const found = validateSync(plainToInstance(dto, { [member]: value }), { stopAtFirstError: true });
  const problem = found.find(({ property }) => property === member);
  return Object.values(problem?.constraints ?? {})[0] ?? '';
}

const ruled = dtos.filter(([, dto]) => rulesOf(dto).length > 0);

describe('a value of the wrong type', () => {
  it.each(ruled)('is told its type in %s, not its size', (_name, dto) => {
    for (const member of rulesOf(dto)) {
      for (const sample of SAMPLES) {
        const message = messageFor(dto, member, sample);
        const isMisleading = ABOUT_SIZE.test(message) && !NAMES_A_TYPE.test(message);
        expect(isMisleading ? [member, sample, message] : []).toEqual([]);
      }
    }
  });

  it.each([
    [contracts.KeepAliveDto, 'next_within_s', 'must be a whole number from 5 to 120'],
    [contracts.StatusUpdateDto, 'transcript', 'transcript must be an array'],
    [contracts.StatusUpdateDto, 'version', 'must be a whole number from 1 to 1000000000'],
    [contracts.LimitSettingsDto, 'maxSessionSeconds', 'must be a whole number from 1 to 86400'],
    [contracts.CreateAccountDto, 'allowedOrigins', 'allowedOrigins must be an array'],
    [contracts.CreateAccountDto, 'limits', 'limits must be an object'],
    [contracts.InitVisitorDto, 'email', 'must be an e-mail address'],
  ])('is told what it should be (%p, %s)', (dto, member, message) => {
    expect(messageFor(dto, member, 'five')).toBe(message);
  });
});
