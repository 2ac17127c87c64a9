import { AppError } from '../errors/app-error.js';

/** What a route may have counted beside its requests, by address or by visitor. */
export type RateName = 'tokens' | 'tokensOfVisitor' | 'visitors' | 'messages';

/** What there was too much of, and what helps whoever did not mean to. */
export interface Excess {
  readonly what: string;
  /** A sentence with a space before it, or nothing. */
  readonly advice: string;
}

const PROXY = ' Behind a proxy, TRUSTED_PROXIES tells its callers apart.';
const SERVER = ' A server that asks for many visitors sends its secret key.';

/** Too much of something from one address, behind which there may be many people. */
export function tooManyOfAddress(what: string): Excess {
  return { what: `${what} from this address`, advice: PROXY };
}

function ofVisitors(what: string): Excess {
  return { ...tooManyOfAddress(what), advice: SERVER + PROXY };
}

/** Sessions of an address that nobody has started, those of an address or a visitor that were. */
type Starts = 'unstarted' | 'started' | 'startedByVisitor';

/** What is told of each rate, and of sessions. */
export const tooMany: Readonly<Record<RateName | Starts, Excess>> = {
  tokens: ofVisitors('sessions asked for'),
  tokensOfVisitor: { what: 'sessions asked for by this visitor', advice: '' },
  visitors: ofVisitors('visitors and conversations begun'),
  messages: ofVisitors('messages'),
  unstarted: ofVisitors('sessions that nobody has started'),
  started: ofVisitors('sessions started in an hour'),
  startedByVisitor: { what: 'sessions started by this visitor in an hour', advice: '' },
};

/** The refusal of too much of something, and after how many seconds there may be another one. */
export function rateLimited({ what, advice }: Excess, retryAfterSeconds: number): AppError {
  return new AppError('rate_limited', { retryAfterSeconds, params: { what, advice } });
}
