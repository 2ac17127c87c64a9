import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { readCustomerKey } from './customer-key.js';

const KEY = 'SE_5799564546777614';

describe('the customer key of a request', () => {
  it.each<[string, IncomingHttpHeaders]>([
    ['X-Api-Key', { 'x-api-key': KEY }],
    ['Bearer', { authorization: `Bearer ${KEY}` }],
    ['bearer in small letters', { authorization: `bearer ${KEY}` }],
    ['both, agreeing', { 'x-api-key': KEY, authorization: `Bearer ${KEY}` }],
    ['X-Api-Key beside another scheme', { 'x-api-key': KEY, authorization: 'Basic eA==' }],
  ])('is read from %s', (_name, headers) => {
    expect(readCustomerKey(headers)).toBe(KEY);
  });

  it.each<[string, IncomingHttpHeaders, string]>([
    ['nothing', {}, 'key_missing'],
    ['spaces', { 'x-api-key': '   ' }, 'key_missing'],
    ['an empty Bearer', { authorization: 'Bearer ' }, 'key_missing'],
    ['another scheme', { authorization: `Basic ${KEY}` }, 'key_missing'],
    ['two that disagree', { 'x-api-key': KEY, authorization: 'Bearer x' }, 'key_ambiguous'],
    ['other letters', { 'x-api-key': KEY.toLowerCase() }, 'key_invalid'],
    ['an operator', { 'x-api-key': '{"$ne":null}' }, 'key_invalid'],
    ['10 KB', { 'x-api-key': `SE_${'x'.repeat(10_240)}` }, 'key_invalid'],
    ['NUL', { 'x-api-key': 'SE_57995\u0000677614' }, 'key_invalid'],
    ['letters beyond ASCII', { 'x-api-key': 'SE_57995é677614' }, 'key_invalid'],
  ])('is refused when there is %s', (_name, headers, problem) => {
    expect(() => readCustomerKey(headers)).toThrow(problem);
  });
});
