import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AppError } from '../errors/app-error.js';
import { pointersOf } from './pointers.js';

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
