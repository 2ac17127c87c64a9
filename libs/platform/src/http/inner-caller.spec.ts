import { describe, expect, it } from '@jest/globals';
import { Operators } from '../auth/operators.js';
import { readOperators } from '../config/read-operators.js';
import { isInnerCaller } from './inner-caller.js';

const ANNAS = 'k3Yk3Yk3Yk3Yk3Yk';
const WATCHERS = 'm5Am5Am5Am5Am5Am';
const inner = { operators: new Operators(readOperators(`anna:${ANNAS}`)), metrics: [WATCHERS] };
const nobody = { operators: new Operators([]), metrics: [] };

describe('whoever runs the service', () => {
  it.each<[string, string | undefined, boolean]>([
    ['/api/v1/admin/stops', `Bearer ${ANNAS}`, true],
    ['/api/v1/admin/stops', `bearer anna:${ANNAS}`, true],
    ['/metrics', `Bearer ${WATCHERS}`, true],
    ['/api/v1/admin/stops', `Bearer ${ANNAS}x`, false],
    ['/api/v1/admin/stops', `Bearer ben:${ANNAS}`, false],
    ['/api/v1/admin/stops', undefined, false],
    ['/api/v1/admin/stops', 'Bearer ', false],
    // Neither opens what is the other's, and neither is anything elsewhere.
    ['/api/v1/admin/stops', `Bearer ${WATCHERS}`, false],
    ['/metrics', `Bearer ${ANNAS}`, false],
    ['/metrics/', `Bearer ${WATCHERS}`, false],
    ['/v1/sessions/token', `Bearer ${ANNAS}`, false],
    ['/board', `Bearer ${ANNAS}`, false],
    ['/', `Bearer ${ANNAS}`, false],
  ])('is known at %s by %j: %j', (path, authorization, isKnown) => {
    expect(isInnerCaller({ path, headers: { authorization } }, inner)).toBe(isKnown);
    expect(isInnerCaller({ path, headers: { authorization } }, nobody)).toBe(false);
  });
});
