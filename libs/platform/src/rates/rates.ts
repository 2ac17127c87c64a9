import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { keyDigest } from '../auth/key-digest.js';
import { AppError } from '../errors/app-error.js';
import { rateAddress } from './caller-address.js';
import { RateLimiter, type RateVerdict } from './rate-limiter.js';

/** Hits a minute; 0 is no limit. Each replica counts for itself. */
export interface RateSettings {
  readonly perAddress: number;
  readonly perKey: number;
  /** Wrong keys and tokens from one address. */
  readonly failedPerAddress: number;
}

type Addressed = IncomingMessage & { readonly ip?: string | undefined };

/**
 * The rates of one replica: requests of an address, requests with a key, and wrong credentials
 * from an address. What an answer was judged by stands in its `RateLimit-…` headers.
 */
@Injectable()
export class Rates {
  private readonly addresses: RateLimiter;
  private readonly keys: RateLimiter;
  private readonly failures: RateLimiter;

  constructor(settings: RateSettings) {
    this.addresses = new RateLimiter({ perMinute: settings.perAddress });
    this.keys = new RateLimiter({ perMinute: settings.perKey });
    this.failures = new RateLimiter({ perMinute: settings.failedPerAddress });
  }

  get countsAddresses(): boolean {
    return !this.addresses.isOff;
  }

  /** @throws AppError `rate_limited` */
  countAddress(request: Addressed, response: ServerResponse): void {
    tell(response, this.addresses.hit(addressOf(request)));
  }

  /** @throws AppError `rate_limited` */
  countKey(key: string, response: ServerResponse): void {
    if (this.keys.isOff) return;
    tell(response, this.keys.hit(keyDigest(key)));
  }

  /**
   * Runs the judgement of a key, or of a service or admin token. One that fails counts against
   * its address; with too many of them nothing more is looked up for that address, right or wrong,
   * so that the answer does not tell which.
   * @throws AppError `rate_limited`, or what `judge` throws
   */
  async admit<T>(request: Addressed, judge: () => T | Promise<T>): Promise<T> {
    const address = addressOf(request);
    const { isAllowed, retryAfterSeconds } = this.failures.look(address);
    if (!isAllowed) throw new AppError('rate_limited', { retryAfterSeconds });
    try {
      return await judge();
    } catch (error) {
      if (isWrongCredential(error)) this.failures.hit(address);
      throw error;
    }
  }
}

const ADDRESS = Symbol('address');

/** Worked out once a request, for which it is asked twice. */
function addressOf(request: Addressed): string {
  const carrier: Addressed & { [ADDRESS]?: string } = request;
  carrier[ADDRESS] ??= rateAddress(request.ip ?? request.socket.remoteAddress);
  return carrier[ADDRESS];
}

function isWrongCredential(error: unknown): boolean {
  return (
    error instanceof AppError && (error.code === 'key_invalid' || error.code === 'token_invalid')
  );
}

/** Where two rates apply, the one with less left is told. */
function tell(response: ServerResponse, verdict: RateVerdict): void {
  const { isAllowed, limit, remaining, resetSeconds, retryAfterSeconds } = verdict;
  const told = response.getHeader('RateLimit-Remaining');
  if (told === undefined || Number(told) > remaining) {
    response.setHeader('RateLimit-Limit', String(limit));
    response.setHeader('RateLimit-Remaining', String(remaining));
    response.setHeader('RateLimit-Reset', String(resetSeconds));
  }
  if (!isAllowed) throw new AppError('rate_limited', { retryAfterSeconds });
}
