import type { IncomingMessage } from 'node:http';
import type { Operator } from '../config/read-operators.js';
import { requestContext } from '../http/request-context.js';
import { bearerToken, notOneOf, placeAmong } from './bearer.js';

/** The operators of an app, as they are told apart by their tokens. */
export class Operators {
  /** Their tokens without names: what no log line may hold. */
  readonly tokens: readonly string[];
  /** All that opens, and who stands in the same place. */
  private readonly texts: readonly string[];
  private readonly owners: readonly Operator[];

  constructor(operators: readonly Operator[]) {
    this.tokens = operators.map(({ token }) => token);
    this.texts = operators.flatMap(({ token, entry }) => [token, entry]);
    this.owners = operators.flatMap((operator) => [operator, operator]);
  }

  /** Whether there is none: then nothing of an operator's is served. */
  get isEmpty(): boolean {
    return this.tokens.length === 0;
  }

  /** Whose token it is; null for nobody's. The time tells nothing, as with `isOneOf`. */
  find(offered: string | null): Operator | null {
    return offered === null ? null : (this.owners[placeAmong(offered, this.texts)] ?? null);
  }

  /**
   * Lets a request in by its `Authorization: Bearer`, and notes in its context whose it is.
   * @throws AppError `key_missing` without a bearer token, `token_invalid` for nobody's
   */
  admit(request: Pick<IncomingMessage, 'headers' | 'url'>): void {
    const offered = bearerToken(request.headers.authorization);
    const operator = this.find(offered);
    if (operator === null) throw notOneOf(offered, 'an admin token');
    requestContext(request).operatorName = operator.name;
  }
}
