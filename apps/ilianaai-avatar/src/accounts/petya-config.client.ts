import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { apiKeyKind, AvatarConfigDto, SERVICE_TOKEN_HEADER } from '#contracts';
import { boundedBy, keyDigest, Telemetry, validateDto } from '#platform';
import { LRUCache } from 'lru-cache';
import { firstValueFrom } from 'rxjs';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import type { Account } from './account.js';
import type { LookUp } from './account-cache.js';
import {
  foreignAccount,
  foreignAccountId,
  isForeignAccount,
  namesAccount,
  readForeignConfig,
} from './foreign-account.js';
import { PetyaCircuit } from './petya-circuit.js';
import { PETYA_OUTCOMES, petyaCall } from './petya-outcome.js';

/** Longest a config look-up may take. */
const DEADLINE_MS = 5_000;

/** Foreign accounts whose id is known; an entry is some hundred bytes. */
const MAX_IDS = 20_000;

/** Asks Petya what an account is configured for: by the customer's key, or by id for ourselves. */
@Injectable()
export class PetyaConfigClient {
  /** Ids of foreign accounts by digests of their keys: making one takes a while. */
  private readonly foreignIds = new LRUCache<string, Promise<string>>(boundedBy(MAX_IDS));

  constructor(
    private readonly http: HttpService,
    private readonly config: AvatarConfig,
    private readonly circuit: PetyaCircuit,
    private readonly telemetry: Telemetry,
  ) {}

  /** @throws AvatarError `petya_unavailable` when Petya gives no answer that makes sense */
  async byKey(key: string): Promise<LookUp<Account>> {
    // The service token beside the key says that this app asks, which Petya does not count.
    const headers = { 'X-Api-Key': key, [SERVICE_TOKEN_HEADER]: this.config.petya.token };
    const { status, data } = await this.ask('config', '/api/v1/avatar/config', headers);
    if (status === 200) return { found: await this.accountOf(data, key) };
    return status === 401 ? { refused: 'unknown' } : refusalOf(status);
  }

  /**
   * For live sessions, whose customer key we do not keep.
   * @throws AvatarError `petya_unavailable` also for an account that its Petya knows by its key alone
   */
  async byId(accountId: string): Promise<LookUp<Account>> {
    if (isForeignAccount(accountId)) throw new AvatarError('petya_unavailable');
    const path = `/api/v1/avatar/accounts/${encodeURIComponent(accountId)}/config`;
    const headers = { Authorization: `Bearer ${this.config.petya.token}` };
    const { status, data } = await this.ask('account-config', path, headers);
    return status === 200 ? { found: parseAccount(data) } : refusalOf(status);
  }

  /** The id of the foreign account behind a key that was good before; null for every other key. */
  async knownForeignId(key: string): Promise<string | null> {
    return (await this.foreignIds.get(keyDigest(key))) ?? null;
  }

  /**
   * Finds out whether Petya is back, while the circuit is open and nobody happens to call: waiting
   * transcripts may have their next attempt only in ten minutes. A Petya that runs without its
   * database is not back: it would refuse everything that is then made due. One that is not ours
   * may have no such route, and is back when it answers.
   */
  async probe(): Promise<void> {
    await this.circuit.run(async () => {
      const { status } = await this.get('ready', '/health/ready', {});
      const isBack = status === 200 || (status < 500 && this.config.accountDefaults !== null);
      if (!isBack) throw new AvatarError('petya_unavailable');
    });
  }

  /** An answer that cannot be used is one account's trouble; only none at all is everybody's. */
  private ask(name: string, path: string, headers: Record<string, string>) {
    return this.circuit.run(async () => {
      const answer = await this.get(name, path, headers);
      if (answer.status >= 500) throw statusOf(answer.status);
      return answer;
    });
  }

  private async accountOf(data: unknown, key: string): Promise<Account> {
    const defaults = this.config.accountDefaults;
    if (namesAccount(data)) return parseAccount(data);
    if (!defaults) throw unusable('DEFAULT_ALLOWED_ORIGINS is not set');
    const foreign = readForeignConfig(data, defaults.language);
    if (typeof foreign === 'string') throw unusable(foreign);
    const account = foreignAccount(foreign, await this.foreignIdOf(key), defaults);
    return { ...account, keyKind: apiKeyKind(key) };
  }

  private foreignIdOf(key: string): Promise<string> {
    const digest = keyDigest(key);
    const known = this.foreignIds.get(digest) ?? foreignAccountId(key);
    this.foreignIds.set(digest, known);
    return known;
  }

  private async get(name: string, path: string, headers: Record<string, string>) {
    const url = new URL(path, this.config.petya.baseUrl).href;
    const ask = () =>
      firstValueFrom(
        this.http.get<unknown>(url, {
          headers: { ...headers, Accept: 'application/json', ...this.telemetry.outgoing() },
          signal: AbortSignal.timeout(DEADLINE_MS),
        }),
      );
    try {
      return await this.telemetry.run(petyaCall(name), ask, PETYA_OUTCOMES);
    } catch (error) {
      // The error of the HTTP client carries the request with its headers, hence only its code.
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new AvatarError('petya_unavailable', { cause: fault(code) });
    }
  }
}

/** @throws AvatarError `petya_unavailable` for a status that says nothing of the account */
function refusalOf(status: number): LookUp<Account> {
  if (status === 403) return { refused: 'suspended' };
  if (status === 404) return { refused: 'unknown' };
  throw statusOf(status);
}

function statusOf(status: number): AvatarError {
  return new AvatarError('petya_unavailable', { cause: fault(status) });
}

function unusable(what: string): AvatarError {
  return new AvatarError('petya_unavailable', { cause: fault(`unusable configuration: ${what}`) });
}

/** The log has an error's code and not its text: codes are never somebody's data. */
function fault(code: string | number): Error {
  return Object.assign(new Error(String(code)), { code });
}

function parseAccount(data: unknown): Account {
  try {
    // A newer Petya may say more than we know; what we know has to be right.
    const account = validateDto(AvatarConfigDto, data, { unknownMembers: 'drop' });
    if (!isForeignAccount(account.accountId)) return account;
  } catch (cause) {
    throw new AvatarError('petya_unavailable', { cause });
  }
  throw new AvatarError('petya_unavailable', { cause: new Error('an id of a foreign account') });
}
