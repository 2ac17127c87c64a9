/** What a call that may be repeated answers: the record, and whether this call made it. */
export interface Outcome<T> {
  readonly created: boolean;
  readonly body: T;
}
