import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isUnknownIgnored } from '#contracts/validators';
import { AppError } from '../errors/app-error.js';
import { pointersOf, removeStrangers } from './pointers.js';
import { quickDto } from './quick-dto.js';

const PLAIN_TYPES: readonly unknown[] = [String, Number, Boolean, Object, Array];

/**
 * Holds every body and query against its DTO: unknown members refused where the DTO does not pass over
 * them, nothing converted in
 * silence, problems named by JSON pointer and never by value.
 */
@Injectable()
export class DtoValidationPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { metatype, type } = metadata;
    if (!metatype || type === 'custom' || PLAIN_TYPES.includes(metatype)) return value;
    const dto = metatype as ClassConstructor<object>;
    const long = longListOf(value);
    return long ? validateInPieces(dto, long) : validateDto(dto, value === undefined ? {} : value);
  }
}

/** Entries of a list that are checked in one go: some milliseconds' work, also at the first time. */
const PIECE_ENTRIES = 100;

/** A body with a list that takes too long to be checked in one go. */
interface LongBody {
  readonly others: object;
  readonly member: string;
  readonly list: readonly unknown[];
}

function longListOf(value: unknown): LongBody | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const members = Object.entries(value) as [string, unknown][];
  const found = members.find(([, each]) => Array.isArray(each) && each.length > PIECE_ENTRIES);
  if (!found) return null;
  const [member, list] = found;
  const others = Object.fromEntries(members.filter(([name]) => name !== member));
  return { others, member, list: list as unknown[] };
}

/** As `validateDto`, piece by piece; between them others have their turn. */
async function validateInPieces<T extends object>(
  dto: ClassConstructor<T>,
  { others, member, list }: LongBody,
): Promise<T> {
  refuseTooLong(dto, member, list);
  let whole: T | undefined;
  const entries: unknown[] = [];
  for (let from = 0; from < list.length; from += PIECE_ENTRIES) {
    const piece = { ...others, [member]: list.slice(from, from + PIECE_ENTRIES) };
    const checked = counted(member, from, () => validateDto(dto, piece));
    whole ??= checked;
    entries.push(...((checked as Record<string, unknown[]>)[member] ?? []));
    await nextTurn();
  }
  return Object.assign(whole as T, { [member]: entries });
}

/** The rule for the whole length, which no piece would break. */
function refuseTooLong(dto: ClassConstructor<object>, member: string, list: readonly unknown[]) {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const rule = rules.find(
    ({ name, propertyName }) => name === 'arrayMaxSize' && propertyName === member,
  );
  const most: unknown = (rule?.constraints as unknown[] | undefined)?.[0];
  if (typeof most !== 'number' || list.length <= most) return;
  const message = `must contain no more than ${most} elements`;
  throw new AppError('invalid_input', { errors: [{ pointer: `/${member}`, message }] });
}

/** Problems of a piece, by their places in the whole list. */
function counted<T>(member: string, from: number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof AppError) || !error.details.errors) throw error;
    const place = new RegExp(`^/${member}/(\\d+)`);
    const errors = error.details.errors.map(({ pointer, message }) => ({
      pointer: pointer.replace(place, (_all, index) => `/${member}/${from + Number(index)}`),
      message,
    }));
    throw new AppError('invalid_input', { errors });
  }
}

/** What happens to members that the DTO does not know. Without, its own mark says so (`IgnoresUnknown`). */
export interface DtoOptions {
  readonly unknownMembers: 'refuse' | 'drop';
}

/**
 * Turns unknown data into a checked DTO.
 * @throws AppError `invalid_input` with JSON pointers
 */
export function validateDto<T extends object>(
  dto: ClassConstructor<T>,
  value: unknown,
  { unknownMembers }: DtoOptions = { unknownMembers: isUnknownIgnored(dto) ? 'drop' : 'refuse' },
): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_input', {
      errors: [{ pointer: '', message: 'must be a JSON object' }],
    });
  }
  return quickDto(dto, value) ?? validateSlowly(dto, value, unknownMembers);
}

/**
 * As `validateDto`, by class-validator alone: whose verdict it is, and who says what is wrong.
 * @throws AppError `invalid_input` with JSON pointers
 */
export function validateSlowly<T extends object>(
  dto: ClassConstructor<T>,
  value: object,
  unknownMembers: DtoOptions['unknownMembers'] = 'refuse',
): T {
  const instance = plainToInstance(dto, value);
  const strangers = removeStrangers(instance, value);
  const problems = validateSync(instance, {
    forbidUnknownValues: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
  });
  const refused = unknownMembers === 'refuse' ? strangers : [];
  if (refused.length + problems.length > 0) {
    throw new AppError('invalid_input', { errors: pointersOf(refused, problems, instance) });
  }
  return instance;
}
