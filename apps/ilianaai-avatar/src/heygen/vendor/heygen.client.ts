import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CircuitBreaker, Gate, Telemetry } from '#platform';
import { AvatarConfig, type MediaRules } from '../../config/avatar-config.js';
import { AvatarError } from '../../errors.js';
import { Credits } from '../../vendors/credits.js';
import type { SessionNames } from '../../sessions/domain/session-names.js';
import { OwedStops } from '../../vendors/owed-stops.js';
import type {
  CreatedSession,
  Media,
  Room,
  SessionSettings,
  StartedSession,
  TranscriptPage,
  Vendor,
  VendorRecord,
} from '../../vendors/vendor.js';
import { isObject, type JsonObject } from '../../vendors/vendor-answers.js';
import {
  outcomeOfVendorFault,
  type VendorAnswer,
  VendorHttpClient,
  type VendorRequest,
  within,
} from '../../vendors/vendor-http.client.js';
import {
  toLiveIds,
  toNewRequest,
  toOpenedId,
  toOpenedSession,
  toRoom,
  toVendorToken,
} from './heygen.mapper.js';
import { heygenRefusal, isGone, isWrongState } from './heygen.refusal.js';
import { openHeyGenSocket, type VendorSocket } from './heygen.socket.js';

/** Longest a call may take; a start builds a room and takes longer. */
const DEADLINE_MS = 10_000;
const START_DEADLINE_MS = 20_000;

/** What calls to the vendor go out with. */
/** Beside the account's settings: the quality that its client asks for, and what the log calls it. */
interface Asked {
  readonly quality?: string | undefined;
  readonly names?: SessionNames;
}

interface Access {
  readonly http: VendorHttpClient;
  readonly apiKey: string;
  readonly baseUrl: string;
}

/** Calls about a running session that are passed on as they are. */
export type HeyGenCommand =
  'task' | 'interrupt' | 'keep_alive' | 'start_listening' | 'stop_listening';

/**
 * HeyGen's streaming API, which the vendor has retired. `streaming.new` opens a session, which
 * counts from there; the vendor keeps no transcript and names no reason for an end.
 */
@Injectable()
export class HeyGenClient implements Vendor, OnApplicationShutdown {
  readonly name = 'heygen';
  readonly opensAtOnce = true;
  readonly books = null;
  /** Null while this vendor is switched off. */
  private readonly access: Access | null;
  private readonly circuit: CircuitBreaker;
  private readonly credits = new Credits();
  private readonly media: MediaRules;

  constructor(
    config: AvatarConfig,
    private readonly owed: OwedStops,
    private readonly gate: Gate,
    private readonly telemetry: Telemetry,
  ) {
    const { failures, openSeconds } = config.circuit;
    this.circuit = new CircuitBreaker({ failures, openMs: openSeconds * 1000 });
    this.access = config.heygen && {
      ...config.heygen,
      http: new VendorHttpClient(
        { name: this.name, baseUrl: config.heygen.baseUrl },
        this.circuit,
        telemetry,
      ),
    };
    this.media = config.media;
  }

  get isEnabled(): boolean {
    return this.access !== null;
  }

  get isReachable(): boolean {
    return !this.circuit.isOpen;
  }

  get hasCredits(): boolean {
    return this.credits.areLeft;
  }

  create(settings: SessionSettings, _owner?: string, asked: Asked = {}): Promise<CreatedSession> {
    return this.gate.outside(() => this.credits.spend(() => this.open(settings, asked)));
  }

  private async open(
    settings: SessionSettings,
    { quality, names }: Asked,
  ): Promise<CreatedSession> {
    const token = toVendorToken(await this.byKey('POST', 'create_token', {}));
    const answer = await this.send({
      method: 'POST',
      name: 'new',
      path: '/v1/streaming.new',
      headers: { authorization: `Bearer ${token}` },
      body: toNewRequest(settings, quality),
      deadlineMs: DEADLINE_MS,
    });
    try {
      return toOpenedSession(answer, token, this.media);
    } catch (error) {
      // It is open and may cost, also where the rest of the answer cannot be used.
      void this.owed.stop(this, toOpenedId(answer), names);
      throw error;
    }
  }

  async start({ vendorSessionId }: { readonly vendorSessionId: string }): Promise<StartedSession> {
    const body = { session_id: vendorSessionId };
    const more = { deadlineMs: START_DEADLINE_MS };
    await this.gate.outside(() => this.byKey('POST', 'start', body, more));
    return { media: null, maxSessionSeconds: null };
  }

  roomOf(media: Media): Room {
    return toRoom(media);
  }

  async stop(vendorSessionId: string): Promise<void> {
    const body = { session_id: vendorSessionId };
    try {
      await this.byKey('POST', 'stop', body, { insists: true });
    } catch (error) {
      // How the vendor says that a session has ended or never was: released.
      if (!isGone(error)) throw error;
    }
  }

  async keepAlive(vendorSessionId: string, withinMs?: number): Promise<boolean> {
    const body = { session_id: vendorSessionId };
    try {
      await this.byKey('POST', 'keep_alive', body, within(withinMs));
      return true;
    } catch (error) {
      if (isGone(error) || isWrongState(error)) return false;
      throw error;
    }
  }

  /** @returns the vendor's `data` */
  async command(name: HeyGenCommand, body: JsonObject): Promise<JsonObject | null> {
    const ask = () => this.byKey('POST', name, body);
    const answer = await (name === 'keep_alive' ? ask() : this.gate.outside(ask));
    const data = isObject(answer) ? answer['data'] : null;
    return isObject(data) ? data : null;
  }

  /**
   * The list lags, so a session that is missing in it is asked for itself. That question counts as
   * activity there, which is why it is not asked about a session that the list shows.
   */
  async inspect(vendorSessionId: string, withinMs?: number): Promise<VendorRecord> {
    const since = performance.now();
    if ((await this.listLive(withinMs)).includes(vendorSessionId)) return { state: 'live' };
    const leftMs = withinMs && Math.max(1, withinMs - (performance.now() - since));
    return { state: (await this.keepAlive(vendorSessionId, leftMs)) ? 'live' : 'unknown' };
  }

  /** The vendor keeps none: there is nothing to wait for. */
  async readTranscript(): Promise<TranscriptPage> {
    return { isLive: false, lines: [], next: null };
  }

  /** The vendor keeps no record of what was said, and has no call to delete one. */
  async forget(): Promise<void> {}

  async listLive(withinMs?: number): Promise<string[]> {
    try {
      const list = await this.byKey('GET', 'list', undefined, within(withinMs));
      return toLiveIds(list);
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  }

  /**
   * Opens the vendor's end of a chat socket.
   * @param query as the vendor shall see it, with its own token in it
   * @throws AvatarError `vendor_unreachable`, `vendor_timeout`, `vendor_refused`
   */
  async openSocket(query: string, signal: AbortSignal): Promise<VendorSocket> {
    const { baseUrl } = this.enabled();
    const call = { kind: 'call', peer: this.name, name: 'socket' } as const;
    return this.telemetry.run(call, () => openHeyGenSocket(baseUrl, query, signal), {
      failed: outcomeOfVendorFault,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.access?.http.close();
  }

  private async byKey(
    method: VendorRequest['method'],
    name: string,
    body?: unknown,
    more: Partial<VendorRequest> = {},
  ): Promise<unknown> {
    const path = `/v1/streaming.${name}`;
    const headers = { 'x-api-key': this.enabled().apiKey };
    return this.send({ method, name, path, headers, body, deadlineMs: DEADLINE_MS, ...more });
  }

  private async send(request: VendorRequest): Promise<unknown> {
    return successOf(await this.enabled().http.send(request));
  }

  /** @throws AvatarError `heygen_disabled` */
  private enabled(): Access {
    if (!this.access) throw new AvatarError('heygen_disabled');
    return this.access;
  }
}

function successOf(answer: VendorAnswer): unknown {
  if (answer.status < 200 || answer.status > 299) throw heygenRefusal(answer);
  return answer.body;
}
