import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { keyDigest } from '../auth/key-digest.js';
import { boundedBy } from '../collections/bounded-by.js';
import { AppError } from '../errors/app-error.js';
import { requestContext } from '../http/request-context.js';
import { judgeByHeaders } from '../http/unasked-body.js';
import { rateAddress } from './caller-address.js';
import { RateLimiter, type RateVerdict } from './rate-limiter.js';
import {
  type Excess,
  type RateName,
  rateLimited,
  tooMany,
  tooManyOfAddress,
} from './rate-refusal.js';

/** Hits a minute; 0 is no limit. Each replica counts for itself. */
export interface RateSettings {
  readonly perAddress: number;
  /** Requests with one key from one address, so that strangers cannot use up a site's. */
  readonly perKey: number;
  /** Wrong keys from one address, and as many wrong tokens. */
  readonly failedPerAddress: number;
  readonly named: Readonly<Partial<Record<RateName, number>>>;
}

type Addressed = IncomingMessage & { readonly ip?: string | undefined };

/** Probes of an address a minute, counted apart: what asks too much must not hide its own health. */
const PROBES_PER_MINUTE = 600;
/** How long, and how many, keys are remembered that were right. */
const RIGHT_KEY_MS = 5 * 60_000;
const MAX_RIGHT_KEYS = 10_000;

/**
 * The rates of one replica: requests of an address, requests with a key from an address, wrong
 * credentials from an address, and what routes name. What an answer was judged by stands in its
 * `RateLimit-…` headers.
 */
@Injectable()
export class Rates {
  private readonly addresses: RateLimiter;
  private readonly probes: RateLimiter;
  private readonly files: RateLimiter;
  private readonly keys: RateLimiter;
  private readonly wrongKeys: RateLimiter;
  private readonly wrongTokens: RateLimiter;
  private readonly named: ReadonlyMap<string, RateLimiter>;
  /** Digests of keys that were right lately. */
  private readonly rightKeys = new LRUCache<string, true>({
    ...boundedBy(MAX_RIGHT_KEYS),
    ttl: RIGHT_KEY_MS,
    ttlResolution: 0,
  });

  constructor(settings: RateSettings) {
    this.addresses = new RateLimiter({ perMinute: settings.perAddress });
    this.probes = new RateLimiter({ perMinute: settings.perAddress > 0 ? PROBES_PER_MINUTE : 0 });
    this.files = new RateLimiter({ perMinute: settings.perAddress });
    this.keys = new RateLimiter({ perMinute: settings.perKey });
    this.wrongKeys = new RateLimiter({ perMinute: settings.failedPerAddress });
    this.wrongTokens = new RateLimiter({ perMinute: settings.failedPerAddress });
    this.named = new Map(
      Object.entries(settings.named).map(([name, perMinute]) => [
        name,
        new RateLimiter({ perMinute }),
      ]),
    );
  }

  get countsAddresses(): boolean {
    return !this.addresses.isOff;
  }

  /** @throws AppError `rate_limited` */
  countAddress(request: Addressed, response: ServerResponse): void {
    tell(response, this.addresses.hit(addressOf(request)), tooManyOfAddress('requests'));
  }

  /** @throws AppError `rate_limited` */
  countProbe(request: Addressed, response: ServerResponse): void {
    tell(response, this.probes.hit(addressOf(request)), tooManyOfAddress('probes'));
  }

  /**
   * Nothing of it stands in the answer, which caches give to others.
   * @throws AppError `rate_limited`
   */
  countFile(request: Addressed): void {
    refuse(this.files.hit(addressOf(request)), tooManyOfAddress('files'));
  }

  /** @throws AppError `rate_limited` */
  countKey(key: string, response: ServerResponse): void {
    if (this.keys.isOff) return;
    const verdict = this.keys.hit(`${keyDigest(key)} ${addressOf(response.req)}`);
    tell(response, verdict, tooManyOfAddress('requests with this key'));
  }

  /**
   * Counts one hit of whoever `subject` names.
   * @throws AppError `rate_limited`
   */
  count(name: RateName, subject: string, response: ServerResponse): void {
    const limiter = this.named.get(name);
    if (limiter && !limiter.isOff) tell(response, limiter.hit(subject), tooMany[name]);
  }

  /**
   * Runs the judgement of a service or admin token. A right one is admitted, whatever its address
   * has done; wrong ones count against it.
   * @throws AppError `rate_limited` in place of a refusal too many, or what `judge` throws
   */
  async admit<T>(request: Addressed, judge: () => T | Promise<T>): Promise<T> {
    try {
      return await judgeByHeaders(request, judge);
    } catch (error) {
      if (isWrongCredential(error)) {
        refuse(this.wrongTokens.hit(addressOf(request)), tooManyOfAddress('wrong tokens'));
      }
      throw error;
    }
  }

  /**
   * Runs the judgement of a key. Wrong ones count against their address; with too many of them no
   * other key is looked up for it, right or wrong, so that the answer does not tell which. A key
   * that was right lately is: whoever else sits behind the address goes on.
   * @throws AppError `rate_limited`, or what `judge` throws
   */
  async admitKey<T>(request: Addressed, key: string, judge: () => Promise<T>): Promise<T> {
    if (this.wrongKeys.isOff) return judge();
    const digest = keyDigest(key);
    if (!this.rightKeys.has(digest)) {
      judgeByHeaders(request, () =>
        refuse(this.wrongKeys.look(addressOf(request)), tooManyOfAddress('wrong keys')),
      );
    }
    try {
      const judged = await judge();
      this.rightKeys.set(digest, true);
      return judged;
    } catch (error) {
      if (isWrongCredential(error)) {
        this.rightKeys.delete(digest);
        this.wrongKeys.hit(addressOf(request));
      }
      throw error;
    }
  }
}

/** What a request is counted under; worked out once a request, for which it is asked often. */
export function addressOf(request: Addressed): string {
  const context = requestContext(request);
  context.address ??= rateAddress(request.ip ?? request.socket.remoteAddress);
  return context.address;
}

function isWrongCredential(error: unknown): boolean {
  return (
    error instanceof AppError && (error.code === 'key_invalid' || error.code === 'token_invalid')
  );
}

/** Where two rates apply, the one with less left is told. */
function tell(response: ServerResponse, verdict: RateVerdict, excess: Excess): void {
  const { limit, remaining, resetSeconds } = verdict;
  const told = response.getHeader('RateLimit-Remaining');
  if (told === undefined || Number(told) > remaining) {
    response.setHeader('RateLimit-Limit', String(limit));
    response.setHeader('RateLimit-Remaining', String(remaining));
    response.setHeader('RateLimit-Reset', String(resetSeconds));
  }
  refuse(verdict, excess);
}

function refuse({ isAllowed, retryAfterSeconds }: RateVerdict, excess: Excess): void {
  if (!isAllowed) throw rateLimited(excess, retryAfterSeconds);
}
