import { expect, it } from '@jest/globals';
import { matchPattern } from './vendor.call.js';

it.each([
  ['/v1/sessions', '/v1/sessions', {}],
  ['/v1/sessions/{id}', '/v1/sessions/a%20b', { id: 'a b' }],
  ['/v1/sessions/{id}', '/v1/sessions/', null],
  ['/v1/sessions/{id}', '/v1/sessions/a/b', null],
  ['/v1/sessions/{id}', '/v1/sessions/%zz', null],
  ['/v1/sessions', '/v1/sessions/', null],
  ['/v1/sessions', '/V1/sessions', null],
])('pattern %s on %s gives %j', (pattern, path, params) => {
  expect(matchPattern(pattern, path)).toEqual(params);
});
