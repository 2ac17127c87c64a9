import { Injectable } from '@nestjs/common';
import { Gate, keyDigest } from '#platform';
import { AvatarError } from '../errors.js';
import type { Account } from './account.js';
import { AccountCache, type LookUp } from './account-cache.js';
import { PetyaConfigClient } from './petya-config.client.js';

/** A key or an account is asked for again after so long, so a change takes effect within 5 s. */
const FRESH_MS = 5_000;

const REFUSED_MS = 1_000;

/**
 * While Petya is down a key is trusted for 15 minutes after it was last seen valid: it may have
 * been revoked in that time. What is known of an account itself serves
 * its live sessions for an hour.
 */
const KEY_STALE_MS = 15 * 60_000;
const ACCOUNT_STALE_MS = 60 * 60_000;

/**
 * What is known of an account by its id does for a call about a session that was opened: whoever ends
 * one does not wait for a Petya that is slow.
 */
const PATIENCE_MS = 500;

/** Accounts as Petya knows them, surviving an outage of Petya. */
@Injectable()
export class AccountsService {
  private readonly byKeyCache = new AccountCache<Account>(times(KEY_STALE_MS));
  private readonly byIdCache = new AccountCache<Account>({
    ...times(ACCOUNT_STALE_MS),
    patienceMs: PATIENCE_MS,
  });

  constructor(
    private readonly petya: PetyaConfigClient,
    private readonly gate: Gate,
  ) {}

  /** @throws AvatarError `key_invalid`, `account_suspended`, `petya_unavailable` */
  async byKey(key: string): Promise<Account> {
    const result = await this.byKeyCache.get(keyDigest(key), () => this.askByKey(key));
    if ('found' in result) return result.found;
    throw new AvatarError(result.refused === 'suspended' ? 'account_suspended' : 'key_invalid');
  }

  /**
   * What Petya says of the account of a live session.
   * @throws AvatarError `petya_unavailable`
   */
  lookUp(accountId: string): Promise<LookUp<Account>> {
    return this.byIdCache.get(accountId, () => this.petya.byId(accountId));
  }

  /**
   * The account that a token of ours names.
   * @throws AvatarError `token_invalid`, `account_suspended`, `petya_unavailable`
   */
  async getById(accountId: string): Promise<Account> {
    const result = await this.lookUp(accountId);
    if ('found' in result) return result.found;
    throw new AvatarError(result.refused === 'suspended' ? 'account_suspended' : 'token_invalid');
  }

  /**
   * Nothing that costs is begun for an account that is suspended or has its avatar switched off.
   * Petya away is no reason to refuse.
   * @throws AvatarError `account_suspended`, `avatar_disabled`
   */
  async refuseBarred(accountId: string): Promise<void> {
    const known = await this.gate.outside(() => this.lookUp(accountId).catch(() => null));
    if (known === null) return;
    if ('found' in known) refuseDisabled(known.found);
    else if (known.refused === 'suspended') throw new AvatarError('account_suspended');
  }

  /** Whether Petya is there; where it is not, nothing changes by the question. */
  probePetya(): Promise<boolean> {
    return this.petya.probe().then(
      () => true,
      () => false,
    );
  }

  /** The account, or null where Petya cannot be asked and nothing is known of it. */
  async findById(accountId: string): Promise<Account | null> {
    try {
      const result = await this.lookUp(accountId);
      return 'found' in result ? result.found : null;
    } catch (error) {
      if (error instanceof AvatarError) return null;
      throw error;
    }
  }

  /** The calls that follow with a session's token ask for the same account by its id. */
  private async askByKey(key: string): Promise<LookUp<Account>> {
    const atMs = Date.now();
    const result = await this.petya.byKey(key);
    if ('found' in result) {
      // What a key is allowed to do is that key's: the account by its id is nobody's server.
      const { keyKind: _keyKind, ...found } = result.found;
      this.byIdCache.keep(found.accountId, { found }, atMs);
    } else {
      // An account that is known by its key alone goes with its key.
      const accountId = await this.petya.knownForeignId(key);
      if (accountId !== null) this.byIdCache.keep(accountId, result, atMs);
    }
    return result;
  }
}

/** @throws AvatarError `avatar_disabled` */
export function refuseDisabled({ avatarEnabled }: Account): void {
  if (avatarEnabled === false) throw new AvatarError('avatar_disabled');
}

function times(staleMs: number) {
  return { freshMs: FRESH_MS, refusedMs: REFUSED_MS, staleMs };
}
