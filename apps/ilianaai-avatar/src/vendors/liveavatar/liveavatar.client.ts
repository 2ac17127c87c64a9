import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { UUID_PATTERN } from '#contracts';
import { CircuitBreaker, Gate, Telemetry } from '#platform';
import { AvatarConfig, type MediaRules } from '../../config/avatar-config.js';
import { AvatarError } from '../../errors.js';
import { CallPaces } from '../call-paces.js';
import { Credits } from '../credits.js';
import type {
  CreatedSession,
  ListKind,
  ListPage,
  Media,
  Room,
  SessionSettings,
  StartedSession,
  TranscriptPage,
  Vendor,
  VendorBooks,
  VendorRecord,
} from '../vendor.js';
import {
  type VendorAnswer,
  VendorHttpClient,
  type VendorRequest,
  within,
} from '../vendor-http.client.js';
import {
  toCreatedSession,
  toRoom,
  toSessionIds,
  toStartedSession,
  toTokenRequest,
  toTranscriptPage,
  toVendorRecord,
} from './liveavatar.mapper.js';
import { toCreditsLeft, toListPage } from './session-list.mapper.js';
import { refusal } from './liveavatar.refusal.js';
import { rejectedSetting } from './rejected-setting.js';

/** Longest a call may take; a start builds a room and takes longer. */
const DEADLINE_MS = 10_000;
export const START_DEADLINE_MS = 20_000;

/** Entries asked for in one page of the session list: the vendor's most. */
const LIST_PAGE_SIZE = 100;

/** Pages of live sessions read in one go; 100 pages are 10,000 sessions. */
const MAX_LIST_PAGES = 100;

/** LiveAvatar's REST API in FULL mode, called with our key. */
@Injectable()
export class LiveAvatarClient implements Vendor, OnApplicationShutdown {
  readonly name = 'liveavatar';
  readonly opensAtOnce = false;
  readonly books: VendorBooks = {
    listPage: (kind, page) => this.listPage(kind, page),
    creditsLeft: (withinMs) => this.creditsLeft(withinMs),
  };
  private readonly http: VendorHttpClient;
  private readonly circuit: CircuitBreaker;
  private readonly paces: CallPaces;
  private readonly credits = new Credits();
  private readonly media: MediaRules;
  private readonly apiKey: string | null;
  private readonly defaultAvatarId: string | null;
  private readonly isSandbox: boolean;

  constructor(
    config: AvatarConfig,
    private readonly gate: Gate,
    telemetry: Telemetry,
  ) {
    const { failures, openSeconds } = config.circuit;
    this.circuit = new CircuitBreaker({ failures, openMs: openSeconds * 1000 });
    const { baseUrl } = config.liveAvatar;
    this.http = new VendorHttpClient({ name: this.name, baseUrl }, this.circuit, telemetry);
    this.paces = new CallPaces(config.liveAvatar.callsPerSecond);
    this.media = config.media;
    this.apiKey = config.liveAvatar.apiKey;
    this.defaultAvatarId = config.liveAvatar.defaultAvatarId;
    this.isSandbox = config.liveAvatar.isSandbox;
  }

  get isEnabled(): boolean {
    return this.apiKey !== null;
  }

  get isReachable(): boolean {
    return !this.circuit.isOpen;
  }

  get hasCredits(): boolean {
    return this.credits.areLeft;
  }

  async create(settings: SessionSettings, owner?: string): Promise<CreatedSession> {
    const avatarId = this.avatarFor(settings.avatarId);
    const body = toTokenRequest({ ...settings, avatarId }, this.isSandbox);
    const answer = await this.gate.outside(() =>
      this.byKey('token', 'POST', '/v1/sessions/token', body, { owner }),
    );
    if (answer.status === 400 || answer.status === 422) {
      const setting = rejectedSetting(answer.body);
      const isNoUuid = answer.status === 422 && !UUID_PATTERN.test(String(body['avatar_id']));
      if (setting === 'avatarId' || (setting === null && isNoUuid)) {
        throw new AvatarError('avatar_rejected');
      }
      if (setting !== null) throw new AvatarError('setting_rejected', { params: { setting } });
    }
    return toCreatedSession(successOf(answer));
  }

  async start(
    session: Pick<CreatedSession, 'vendorSessionId' | 'vendorToken'>,
  ): Promise<StartedSession> {
    const request = {
      method: 'POST',
      name: 'start',
      path: '/v1/sessions/start',
      headers: { authorization: `Bearer ${session.vendorToken}` },
      deadlineMs: START_DEADLINE_MS,
    } as const;
    const body = await this.credits.spend(async () =>
      successOf(await this.gate.outside(() => this.http.send(request))),
    );
    return toStartedSession(body, session.vendorSessionId, this.media);
  }

  roomOf(media: Media): Room {
    return toRoom(media);
  }

  async stop(vendorSessionId: string): Promise<void> {
    const body = { session_id: vendorSessionId, reason: 'USER_CLOSED' };
    const answer = await this.byKey('stop', 'POST', '/v1/sessions/stop', body, {
      insists: true,
    });
    // 404 is how the vendor says that a session has ended or never was: released.
    if (answer.status !== 404) assertSuccess(answer);
  }

  async keepAlive(vendorSessionId: string): Promise<boolean> {
    const body = { session_id: vendorSessionId };
    const answer = await this.byKey('keep-alive', 'POST', '/v1/sessions/keep-alive', body);
    if (answer.status === 400 || answer.status === 404) return false;
    assertSuccess(answer);
    return true;
  }

  async inspect(vendorSessionId: string, withinMs?: number): Promise<VendorRecord> {
    const path = `/v1/sessions/${encodeURIComponent(vendorSessionId)}`;
    const answer = await this.byKey('session', 'GET', path, undefined, within(withinMs));
    if (answer.status === 404) return { state: 'unknown' };
    const record = toVendorRecord(successOf(answer));
    if (record.state === 'ended' && record.endReason === 'no_credits') this.credits.ranOut();
    return record;
  }

  async readTranscript(
    vendorSessionId: string,
    from: number | null,
    withinMs?: number,
  ): Promise<TranscriptPage> {
    const path = `/v1/sessions/${encodeURIComponent(vendorSessionId)}/transcript`;
    const query = from === null ? '' : `?start_timestamp=${encodeURIComponent(from)}`;
    const answer = await this.byKey(
      'transcript',
      'GET',
      `${path}${query}`,
      undefined,
      within(withinMs),
    );
    if (answer.status === 404) return { isLive: false, lines: [], next: null };
    return toTranscriptPage(successOf(answer));
  }

  async forget(vendorSessionId: string): Promise<void> {
    const path = `/v1/sessions/${encodeURIComponent(vendorSessionId)}/events`;
    const answer = await this.byKey('events', 'DELETE', path);
    if (answer.status !== 404) assertSuccess(answer);
  }

  async listLive(): Promise<string[]> {
    const ids: string[] = [];
    for (let page = 1; page <= MAX_LIST_PAGES; page += 1) {
      const found = toSessionIds(await this.list('active', page));
      ids.push(...found.ids);
      if (found.ids.length === 0 || ids.length >= found.count) break;
    }
    return ids;
  }

  private async listPage(kind: ListKind, page: number): Promise<ListPage> {
    return toListPage(await this.list(kind, page), page, LIST_PAGE_SIZE);
  }

  private async creditsLeft(withinMs?: number): Promise<number> {
    const path = '/v1/users/credits';
    const answer = await this.byKey('credits', 'GET', path, undefined, within(withinMs));
    return toCreditsLeft(successOf(answer));
  }

  private async list(kind: ListKind, page: number): Promise<unknown> {
    const path = `/v1/sessions?type=${kind}&page=${page}&page_size=${LIST_PAGE_SIZE}`;
    return successOf(await this.byKey('list', 'GET', path));
  }

  onApplicationShutdown(): Promise<void> {
    return this.http.close();
  }

  /** The vendor counts the calls with a key by their endpoint, whatever ids are in the path. */
  private byKey(
    endpoint: string,
    method: VendorRequest['method'],
    path: string,
    body?: unknown,
    more: Partial<VendorRequest> = {},
  ) {
    if (this.apiKey === null) throw new AvatarError('liveavatar_disabled');
    const headers = { 'x-api-key': this.apiKey };
    const pace = this.paces.of(endpoint);
    const call = { method, name: endpoint, path, headers, body, deadlineMs: DEADLINE_MS, pace };
    return this.http.send({ ...call, ...more });
  }

  /** LiveAvatar wants a UUID; an older, HeyGen-style name is replaced where a default is set. */
  private avatarFor(avatarId: string): string {
    return UUID_PATTERN.test(avatarId) ? avatarId : (this.defaultAvatarId ?? avatarId);
  }
}

function assertSuccess(answer: VendorAnswer): void {
  if (answer.status < 200 || answer.status > 299) throw refusal(answer);
}

function successOf(answer: VendorAnswer): unknown {
  assertSuccess(answer);
  return answer.body;
}
