import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { describeCause } from './describe-cause.js';

const SECRET = 'SE_5799564546777614';

function failing(message: string): Error {
  return new TypeError(message);
}

function changed(message: string): Error {
  return Object.assign(new Error(message), { message: 'changed' });
}

function depthOf(description: { cause?: object }): number {
  return description.cause ? 1 + depthOf(description.cause) : 0;
}

describe('what the log says of an error', () => {
  it('is its name, its code and where it came from', () => {
    const cause = Object.assign(failing('quoted input'), { code: 'ECONNRESET' });
    const described = describeCause(cause);
    expect(described).toMatchObject({ name: 'TypeError', code: 'ECONNRESET' });
    expect(described.at?.[0]).toMatch(/^at failing /);
    expect(described.at?.length).toBeLessThanOrEqual(6);
  });

  it.each([
    ['one line', new Error(`key ${SECRET}`)],
    ['several lines', new Error(`first\n  second ${SECRET}\nthird`)],
    ['a line that looks like a stack', new Error(`x\n    at ${SECRET} (file.js:1:1)`)],
    ['a message that was changed later', changed(`x\n    at ${SECRET} (file.js:1:1)`)],
    ['members', Object.assign(new Error('x'), { config: SECRET, response: { data: SECRET } })],
    ['a cause', new Error('outer', { cause: new Error(SECRET) })],
    ['a code that is an object', Object.assign(new Error('x'), { code: { key: SECRET } })],
    ['a parser that quotes its input', parserError(`${SECRET} is no JSON`)],
    [
      'a database that quotes a document',
      new mongo.MongoServerError({ errmsg: SECRET, code: 11_000 }),
    ],
    ['a thrown string', SECRET],
    ['a thrown object', { message: SECRET, stack: SECRET }],
  ])('never quotes a message of %s', (_what, thrown) => {
    expect(JSON.stringify(describeCause(thrown))).not.toContain(SECRET);
  });

  it('follows causes a few steps and never in circles', () => {
    const error = new Error('a');
    error.cause = error;
    expect(depthOf(describeCause(error))).toBe(3);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'object'],
    ['text', 'string'],
    [7, 'number'],
  ])('is only the type of %p', (thrown, name) => {
    expect(describeCause(thrown)).toEqual({ name });
  });
});

function parserError(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}
