import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { type ErasedSessionDto, type ErasureOrderDto, ErasureOrdersDto } from '#contracts';
import { Telemetry, validateDto } from '#platform';
import { firstValueFrom } from 'rxjs';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { PETYA_OUTCOMES, petyaCall } from '../accounts/petya-outcome.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';

const DEADLINE_MS = 5_000;

const ORDERS = '/api/v1/avatar/erasures';

/** Asks Petya what has to be erased, and confirms what has been. */
@Injectable()
export class PetyaErasuresClient {
  constructor(
    private readonly http: HttpService,
    private readonly config: AvatarConfig,
    private readonly circuit: PetyaCircuit,
    private readonly telemetry: Telemetry,
  ) {}

  /**
   * Some open orders, the oldest first.
   * @param after the last one that is known
   * @returns null from a Petya that has no such thing
   * @throws AvatarError `petya_unavailable`
   */
  async list(after: string | null): Promise<ErasureOrderDto[] | null> {
    const query = after === null ? '' : `?after=${encodeURIComponent(after)}`;
    if (this.config.accountDefaults !== null) return this.listOfForeign(`${ORDERS}${query}`);
    const { status, data } = await this.call('erasures', 'GET', `${ORDERS}${query}`);
    if (status === 404) return null;
    return parseOrders(data).items;
  }

  /**
   * Names sessions that an order is about. A Petya that does not ask for them says 404.
   * @throws AvatarError `petya_unavailable`
   */
  async found(erasureId: string, sessions: readonly ErasedSessionDto[]): Promise<void> {
    const path = `${ORDERS}/${encodeURIComponent(erasureId)}/sessions`;
    await this.call('erasure-sessions', 'POST', path, { sessions });
  }

  /** @throws AvatarError `petya_unavailable` */
  async confirm(erasureId: string): Promise<void> {
    await this.call('erasure-done', 'POST', `${ORDERS}/${encodeURIComponent(erasureId)}/done`);
  }

  /** A Petya that is not ours has its own ways: whatever it answers there is no outage. */
  private async listOfForeign(path: string): Promise<ErasureOrderDto[] | null> {
    try {
      const { status, data } = await this.exchange('erasures', 'GET', path);
      return status === 200 ? parseOrders(data).items : null;
    } catch {
      return null;
    }
  }

  private async call(name: string, method: 'GET' | 'POST', path: string, body?: object) {
    // A refusal of one call says nothing of Petya's health: deliveries go on.
    const answer = await this.circuit.run(async () => {
      const given = await this.exchange(name, method, path, body);
      if (given.status >= 500) throw unavailable(`status ${given.status}`);
      return given;
    });
    const { status } = answer;
    if ((status < 200 || status > 299) && status !== 404) throw unavailable(`status ${status}`);
    return answer;
  }

  private async exchange(name: string, method: 'GET' | 'POST', path: string, body?: object) {
    const { baseUrl, token } = this.config.petya;
    const options = {
      headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' },
      signal: AbortSignal.timeout(DEADLINE_MS),
    };
    const url = new URL(path, baseUrl).href;
    const ask = () =>
      firstValueFrom(
        method === 'GET'
          ? this.http.get<unknown>(url, options)
          : this.http.post<unknown>(url, body, options),
      );
    try {
      return await this.telemetry.run(petyaCall(name), ask, PETYA_OUTCOMES);
    } catch (error) {
      // The error of the HTTP client carries the request with its headers, hence only its code.
      throw unavailable(error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
    }
  }
}

/** @throws AvatarError `petya_unavailable` */
function parseOrders(data: unknown): ErasureOrdersDto {
  try {
    // A newer Petya may say more than we know; what we know has to be right.
    return validateDto(ErasureOrdersDto, data, { unknownMembers: 'drop' });
  } catch (cause) {
    throw new AvatarError('petya_unavailable', { cause });
  }
}

function unavailable(reason: string): AvatarError {
  return new AvatarError('petya_unavailable', { cause: new Error(reason) });
}
