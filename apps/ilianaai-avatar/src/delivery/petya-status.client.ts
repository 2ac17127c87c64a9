import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import type { StatusUpdateDto } from '#contracts';
import { failPoint, parseRetryAfter, Telemetry, traceparentOf } from '#platform';
import type { DeliveryOutcome } from './delivery-verdict.js';
import { firstValueFrom } from 'rxjs';
import { isForeignAccount } from '../accounts/foreign-account.js';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { PETYA_OUTCOMES, petyaCall } from '../accounts/petya-outcome.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';

/** Longest a delivery may take; a transcript can have 4 MiB. */
const DEADLINE_MS = 15_000;

/** How an attempt ended, with what a person wants to read of it and nothing of what was said. */
export interface DeliveryAttempt {
  readonly outcome: DeliveryOutcome;
  readonly summary: string;
  readonly retryAfterSeconds: number | undefined;
  /** False when the open circuit kept the attempt from being made. */
  readonly wasMade: boolean;
}

/**
 * Hands a session's status and transcript to Petya. Only Petya's own confirmation is success; of a Petya
 * that names no accounts, hence is not ours, any 2xx.
 */
@Injectable()
export class PetyaStatusClient {
  constructor(
    private readonly http: HttpService,
    private readonly config: AvatarConfig,
    private readonly circuit: PetyaCircuit,
    private readonly telemetry: Telemetry,
  ) {}

  /** Never throws for an outcome: an attempt that failed is an outcome too. */
  async send(conversationId: string, update: StatusUpdateDto): Promise<DeliveryAttempt> {
    let wasMade = false;
    try {
      return await this.circuit.run(() => {
        wasMade = true;
        return this.post(conversationId, update);
      });
    } catch (error) {
      const known = error instanceof AvatarError ? error : null;
      return {
        outcome: { kind: 'unanswered' },
        summary: known ? causeOf(known) : 'unanswered',
        retryAfterSeconds: wasMade ? known?.details.retryAfterSeconds : undefined,
        wasMade,
      };
    }
  }

  /** @throws AvatarError `petya_unavailable` for no answer and for 5xx, so the circuit hears of it */
  private async post(conversationId: string, update: StatusUpdateDto): Promise<DeliveryAttempt> {
    const isForeign = update.accountId !== undefined && isForeignAccount(update.accountId);
    const path = `/api/v1/avatar/conversations/${encodeURIComponent(conversationId)}/status`;
    const { status, data, headers } = await this.exchange(path, update);
    const retryAfterSeconds = parseRetryAfter(headers['retry-after'], Date.now());
    if (status >= 500) throw unavailable(`status ${status}`, retryAfterSeconds);
    if (status === 410 && isErased(data)) return ERASED;
    if (status === 429) return attempt(status, false, retryAfterSeconds);
    // One that is not ours answers as it likes: that it took the update is all that it says.
    const isConfirmed = isForeign || confirms(data, update);
    if (status < 300 && isConfirmed) this.circuit.noteTaken();
    return attempt(status, isConfirmed);
  }

  private async exchange(path: string, update: StatusUpdateDto) {
    const { baseUrl, token } = this.config.petya;
    const { traceId } = update;
    try {
      const send = () =>
        firstValueFrom(
          this.http.post<unknown>(new URL(path, baseUrl).href, update, {
            headers: {
              Authorization: `Bearer ${token}`,
              'Content-Type': 'application/json',
              Accept: 'application/json',
              'Idempotency-Key': `${update.sessionId}:${update.version}`,
              ...(traceId ? { traceparent: traceparentOf(traceId) } : {}),
              ...this.telemetry.outgoing(),
            },
            signal: AbortSignal.timeout(DEADLINE_MS),
          }),
        );
      const sent = this.telemetry.run(petyaCall('status'), send, PETYA_OUTCOMES);
      await failPoint('deliver.halfSent');
      const answer = await sent;
      const retryAfter: unknown = answer.headers['retry-after'];
      return {
        status: answer.status,
        data: answer.data,
        headers: { 'retry-after': typeof retryAfter === 'string' ? retryAfter : undefined },
      };
    } catch (error) {
      // The error of the HTTP client carries the whole transcript, hence only its code.
      throw unavailable(error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
    }
  }
}

function attempt(status: number, isBodyWellFormed: boolean, retryAfterSeconds?: number) {
  return {
    outcome: { kind: 'answered', status, isBodyWellFormed } as const,
    summary: `status ${status}`,
    retryAfterSeconds,
    wasMade: true,
  };
}

const ERASED: DeliveryAttempt = {
  outcome: { kind: 'erased' },
  summary: 'erased',
  retryAfterSeconds: undefined,
  wasMade: true,
};

function isErased(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === ERASED_TYPE;
}

const ERASED_TYPE = 'urn:problem:erased';

/** Petya's confirmation names this session and a version that is at least ours. */
function confirms(data: unknown, update: StatusUpdateDto): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const answer = data as Readonly<Record<string, unknown>>;
  return (
    answer['sessionId'] === update.sessionId &&
    typeof answer['version'] === 'number' &&
    answer['version'] >= (update.version ?? 1)
  );
}

function unavailable(reason: string, retryAfterSeconds?: number): AvatarError {
  return new AvatarError('petya_unavailable', { cause: new Error(reason), retryAfterSeconds });
}

function causeOf(error: AvatarError): string {
  return error.details.cause instanceof Error ? error.details.cause.message : 'circuit open';
}
