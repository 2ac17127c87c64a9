import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { type AccessRequestDto, AccessVerdictDto } from '#contracts';
import { Telemetry, validateDto } from '#platform';
import { firstValueFrom } from 'rxjs';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import type { AccessReply } from './judge-access.js';
import { PetyaCircuit } from './petya-circuit.js';
import { PETYA_OUTCOMES, petyaCall } from './petya-outcome.js';

/** Longest a question may take: a visitor waits for it. */
const DEADLINE_MS = 5_000;

/** Asks Petya whom a session request is for, since the visitors and their proof are Petya's. */
@Injectable()
export class PetyaAccessClient {
  constructor(
    private readonly http: HttpService,
    private readonly config: AvatarConfig,
    private readonly circuit: PetyaCircuit,
    private readonly telemetry: Telemetry,
  ) {}

  /** Never throws for what Petya does: that it gave no answer is an answer that is judged. */
  async ask(question: AccessRequestDto): Promise<AccessReply> {
    try {
      return await this.circuit.run(() => this.post(question));
    } catch (cause) {
      return { kind: 'unreachable', cause };
    }
  }

  private async post(question: AccessRequestDto): Promise<AccessReply> {
    const { baseUrl, token } = this.config.petya;
    const ask = () =>
      firstValueFrom(
        this.http.post<unknown>(new URL('/api/v1/avatar/access', baseUrl).href, question, {
          headers: {
            Authorization: `Bearer ${token}`,
            Accept: 'application/json',
            ...this.telemetry.outgoing(),
          },
          signal: AbortSignal.timeout(DEADLINE_MS),
        }),
      );
    const asked = this.telemetry.run(petyaCall('access'), ask, PETYA_OUTCOMES);
    const { status, data } = await asked.catch((error: unknown) => {
      // The error of the HTTP client carries the request with its tokens, hence only its code.
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new AvatarError('petya_unavailable', { cause: new Error(`no answer: ${code}`) });
    });
    if (status === 404) return { kind: 'no-route' };
    if (status !== 200) {
      throw new AvatarError('petya_unavailable', { cause: new Error(`status ${status}`) });
    }
    return { kind: 'verdict', verdict: parseVerdict(data) };
  }
}

function parseVerdict(data: unknown): AccessVerdictDto {
  try {
    return validateDto(AccessVerdictDto, data, { unknownMembers: 'drop' });
  } catch (cause) {
    throw new AvatarError('petya_unavailable', { cause });
  }
}
