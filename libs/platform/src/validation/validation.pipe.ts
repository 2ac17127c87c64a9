import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { AppError, type InputProblem } from '../errors/app-error.js';

/** Most problems named in one answer; a body of 5,000 wrong turns needs no 5,000 lines. */
const MAX_PROBLEMS = 20;

const PLAIN_TYPES: readonly unknown[] = [String, Number, Boolean, Object, Array];

/**
 * Holds every body and query against its DTO: unknown members refused, nothing converted in
 * silence, problems named by JSON pointer and never by value.
 */
@Injectable()
export class DtoValidationPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { metatype, type } = metadata;
    if (!metatype || type === 'custom' || PLAIN_TYPES.includes(metatype)) return value;
    return validateDto(metatype as ClassConstructor<object>, value === undefined ? {} : value);
  }
}

/** What happens to members that the DTO does not know: a request's are refused. */
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
  { unknownMembers }: DtoOptions = { unknownMembers: 'refuse' },
): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_input', {
      errors: [{ pointer: '', message: 'must be a JSON object' }],
    });
  }
  const instance = plainToInstance(dto, value);
  const problems = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: unknownMembers === 'refuse',
    forbidUnknownValues: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
  });
  if (problems.length > 0) throw new AppError('invalid_input', { errors: pointersOf(problems) });
  return instance;
}

/** Flattens class-validator's tree into JSON pointers (RFC 6901). */
export function pointersOf(problems: readonly ValidationError[], parent = ''): InputProblem[] {
  const found: InputProblem[] = [];
  for (const problem of problems) {
    const pointer = `${parent}/${pointerSegment(problem.property)}`;
    const [rule] = Object.entries(problem.constraints ?? {});
    if (rule) found.push({ pointer, message: plainMessage(rule, problem.property) });
    found.push(...pointersOf(problem.children ?? [], pointer));
  }
  return found.slice(0, MAX_PROBLEMS);
}

function pointerSegment(name: string): string {
  return name.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** class-validator starts its texts with the member's name, which the pointer already says. */
function plainMessage([rule, message]: [string, string], property: string): string {
  if (rule === 'whitelistValidation') return 'is not a member of this request';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
