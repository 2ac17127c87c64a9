import { describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  HttpException,
  NotFoundException,
  PayloadTooLargeException,
} from '@nestjs/common';
import mongoose, { mongo } from 'mongoose';
import { createRequire } from 'node:module';
import { AppError } from './app-error.js';
import { platformErrors } from './error-table.js';
import { toAppError } from './to-app-error.js';

function named(name: string, more: object = {}): Error {
  return Object.assign(new Error('secret text'), { name }, more);
}

/** Those of the pool are thrown and not exported. */
const poolErrors = createRequire(createRequire(import.meta.url).resolve('mongoose'))(
  'mongodb/lib/cmap/errors.js',
) as object;

function isDriverError(exported: unknown): exported is typeof mongo.MongoError {
  if (typeof exported !== 'function') return false;
  return exported === mongo.MongoError || exported.prototype instanceof mongo.MongoError;
}

describe('an error that was thrown', () => {
  it('stays what it is when it is ours', () => {
    const error = new AppError('draining');
    expect(toAppError(error)).toBe(error);
  });

  it.each([
    [400, 'bad_request'],
    [401, 'key_missing'],
    [404, 'not_found'],
    [405, 'method_not_allowed'],
    [408, 'request_timeout'],
    [413, 'payload_too_large'],
    [414, 'uri_too_long'],
    [415, 'unsupported_media_type'],
    [422, 'invalid_input'],
    [429, 'rate_limited'],
    [431, 'headers_too_large'],
    [418, 'internal'],
    [500, 'internal'],
    [502, 'internal'],
  ] as const)("of the framework with status %i is '%s'", (status, code) => {
    expect(toAppError(new HttpException('Cannot GET /secret', status)).code).toBe(code);
    if (code !== 'internal') expect(platformErrors[code].status).toBe(status);
  });

  it('of the framework keeps its origin for the log', () => {
    for (const cause of [
      new BadRequestException(),
      new NotFoundException(),
      new PayloadTooLargeException(),
    ]) {
      expect(toAppError(cause).cause).toBe(cause);
    }
  });

  it('of Express is known by its 4xx status, a foreign 5xx is ours', () => {
    expect(toAppError(named('URIError', { status: 400 })).code).toBe('bad_request');
    expect(toAppError(named('Error', { status: 503 })).code).toBe('internal');
    expect(toAppError(named('Error', { status: '400' })).code).toBe('internal');
    expect(toAppError({ status: 400 }).code).toBe('internal');
  });

  it.each([
    new mongo.MongoServerError({ errmsg: 'secret', code: 189 }),
    new mongoose.Error.MongooseServerSelectionError('secret'),
    new mongoose.Error('secret'),
    named('Error', { code: 'EPIPE' }),
    named('Error', { code: 'ECONNRESET', syscall: 'read' }),
  ])('of the database means: try again in two seconds (%p)', (cause) => {
    const error = toAppError(cause);
    expect(error.code).toBe('unavailable');
    expect(error.details.retryAfterSeconds).toBe(2);
    expect(error.cause).toBe(cause);
  });

  it('of any class of the driver means the same, whatever its name is', () => {
    const classes = [...Object.values(mongo), ...Object.values(poolErrors)].filter(isDriverError);
    expect(classes.length).toBeGreaterThan(40);
    expect(classes.map(({ name }) => name)).toContain('PoolClearedOnNetworkError');
    for (const { prototype } of classes) {
      const thrown: unknown = Object.create(prototype);
      expect([prototype.constructor.name, toAppError(thrown).code]).toEqual([
        prototype.constructor.name,
        'unavailable',
      ]);
    }
  });

  it.each([
    [null],
    [undefined],
    ['text'],
    [7],
    [{}],
    [new TypeError('x is not a function')],
    [named('Error', { code: 'ENOENT' })],
  ])('is internal when it is anything else: %p', (thrown) => {
    expect(toAppError(thrown).code).toBe('internal');
  });

  it('never carries the message of its cause as its own', () => {
    for (const thrown of [named('MongoError'), named('Error'), new HttpException('secret', 404)]) {
      expect(toAppError(thrown).message).not.toContain('secret');
    }
  });
});
