import { describe, expect, it } from '@jest/globals';
import { readOperators } from '../config/read-operators.js';
import { AppError } from '../errors/app-error.js';
import { requestContext } from '../http/request-context.js';
import { Operators } from './operators.js';

const ANNAS = 'k3Yk3Yk3Yk3Yk3Yk';
const NOBODYS_NAME = 'l4Zl4Zl4Zl4Zl4Zl';
const operators = new Operators(readOperators(`anna:${ANNAS},${NOBODYS_NAME}`));

/** Who is let in, or the code of the refusal. */
function admitted(authorization?: string): unknown {
  const request = { headers: { authorization }, url: '/' };
  try {
    operators.admit(request);
    return { name: requestContext(request).operatorName };
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}

describe('an operator', () => {
  it.each<[string | undefined, unknown]>([
    [`Bearer ${ANNAS}`, { name: 'anna' }],
    [`bearer ${ANNAS} `, { name: 'anna' }],
    // As an earlier release has read the same list.
    [`Bearer anna:${ANNAS}`, { name: 'anna' }],
    [`Bearer ${NOBODYS_NAME}`, { name: null }],
    [`Bearer ben:${ANNAS}`, 'token_invalid'],
    [`Bearer Anna:${ANNAS}`, 'token_invalid'],
    [`Bearer anna:${NOBODYS_NAME}`, 'token_invalid'],
    [`Bearer :${ANNAS}`, 'token_invalid'],
    [`Bearer ${ANNAS}x`, 'token_invalid'],
    [`Bearer anna:${ANNAS},${NOBODYS_NAME}`, 'token_invalid'],
    ['Bearer anna', 'token_invalid'],
    ['Bearer anna:', 'token_invalid'],
    [`Basic ${ANNAS}`, 'key_missing'],
    [undefined, 'key_missing'],
  ])('who shows %j is %j', (authorization, who) => {
    expect(admitted(authorization)).toEqual(who);
  });

  it('is told by the token, and what no line may hold is the token without its name', () => {
    expect(operators.find(ANNAS)).toMatchObject({ name: 'anna', token: ANNAS });
    expect(operators.find(null)).toBeNull();
    expect(operators.tokens).toEqual([ANNAS, NOBODYS_NAME]);
  });

  it('is nobody where there is no list', () => {
    const none = new Operators([]);
    expect([none.isEmpty, none.tokens, none.find(ANNAS)]).toEqual([true, [], null]);
    expect(() => none.admit({ headers: { authorization: `Bearer ${ANNAS}` }, url: '/' })).toThrow(
      AppError,
    );
  });
});
