import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { AvatarConfigDto, SERVICE_TOKEN_HEADER } from '#contracts';
import { validateDto } from '#platform';
import { firstValueFrom } from 'rxjs';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import type { Account } from './account.js';
import type { LookUp } from './account-cache.js';
import {
  foreignAccount,
  foreignAccountId,
  isForeignAccount,
  isForeignConfig,
} from './foreign-account.js';
import { PetyaCircuit } from './petya-circuit.js';

/** Longest a config look-up may take. */
const DEADLINE_MS = 5_000;

/** Asks Petya what an account is configured for: by the customer's key, or by id for ourselves. */
@Injectable()
export class PetyaConfigClient {
  constructor(
    private readonly http: HttpService,
    private readonly config: AvatarConfig,
    private readonly circuit: PetyaCircuit,
  ) {}

  /** @throws AvatarError `petya_unavailable` when Petya gives no answer that makes sense */
  byKey(key: string): Promise<LookUp<Account>> {
    // The service token beside the key says that this app asks, which Petya does not count.
    const headers = { 'X-Api-Key': key, [SERVICE_TOKEN_HEADER]: this.config.petya.token };
    return this.circuit.run(() =>
      this.ask('/api/v1/avatar/config', headers, (data) => this.foreign(data, key)),
    );
  }

  /**
   * For live sessions, whose customer key we do not keep.
   * @throws AvatarError `petya_unavailable` also for an account that its Petya knows by its key alone
   */
  async byId(accountId: string): Promise<LookUp<Account>> {
    if (isForeignAccount(accountId)) throw new AvatarError('petya_unavailable');
    const path = `/api/v1/avatar/accounts/${encodeURIComponent(accountId)}/config`;
    const headers = { Authorization: `Bearer ${this.config.petya.token}` };
    return this.circuit.run(() => this.ask(path, headers));
  }

  /**
   * Finds out whether Petya is back, while the circuit is open and nobody happens to call: waiting
   * transcripts may have their next attempt only in ten minutes. A Petya that runs without its
   * database is not back: it would refuse everything that is then made due.
   */
  async probe(): Promise<void> {
    await this.circuit.run(async () => {
      const { status } = await this.get('/health/ready', {});
      const isBack = status === 200 || (status === 404 && this.circuit.isForeign);
      if (!isBack) throw new AvatarError('petya_unavailable');
    });
  }

  private async ask(
    path: string,
    headers: Record<string, string>,
    parse: (data: unknown) => Account | Promise<Account> = parseAccount,
  ): Promise<LookUp<Account>> {
    const { status, data } = await this.get(path, headers);
    if (status === 200) return { found: await parse(data) };
    if (status === 403) return { refused: 'suspended' };
    if (status === 404 || (status === 401 && 'X-Api-Key' in headers)) return { refused: 'unknown' };
    throw new AvatarError('petya_unavailable', { cause: new Error(`status ${status}`) });
  }

  private async foreign(data: unknown, key: string): Promise<Account> {
    if (!isForeignConfig(data)) return parseAccount(data);
    this.circuit.noteForeign();
    const accountId = await foreignAccountId(key);
    const account = foreignAccount(data, accountId, this.config.accountDefaults);
    if (account === null) throw new AvatarError('petya_unavailable');
    return account;
  }

  private async get(path: string, headers: Record<string, string>) {
    try {
      return await firstValueFrom(
        this.http.get<unknown>(new URL(path, this.config.petya.baseUrl).href, {
          headers: { ...headers, Accept: 'application/json' },
          signal: AbortSignal.timeout(DEADLINE_MS),
        }),
      );
    } catch (error) {
      // The error of the HTTP client carries the request with its headers, hence only its code.
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new AvatarError('petya_unavailable', { cause: new Error(`no answer: ${code}`) });
    }
  }
}

function parseAccount(data: unknown): Account {
  try {
    // A newer Petya may say more than we know; what we know has to be right.
    return validateDto(AvatarConfigDto, data, { unknownMembers: 'drop' });
  } catch (cause) {
    throw new AvatarError('petya_unavailable', { cause });
  }
}
