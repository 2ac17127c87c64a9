import { type CallerOptions, callerWith, type CallJson } from './call.js';
import type {
  AvatarMessageDto,
  CreateTokenDto,
  Routes,
  SessionAckDto,
  SessionTokenDto,
  SessionViewDto,
  StartedSessionDto,
  TranscriptViewDto,
} from './generated.js';
import { requireAddress, requirePrintable } from './requirements.js';

export interface AvatarClientOptions extends CallerOptions {
  /** The service's address, whole, without a path of its own or with `/api/v1/avatar`. */
  readonly baseUrl: string;
  /** The key of the page (`SE_`), or from a server a secret key (`SK_`). */
  readonly key: string;
}

/** A session that this caller has asked for. */
export type HeldSession = Pick<SessionTokenDto, 'session_id' | 'session_token'>;

/** A turn as this caller saw it. With a `message_id` a repeat is the same turn. */
export type Turn = Omit<AvatarMessageDto, 'session_id'>;

export interface CallSettings {
  /** Gives the call up; what was asked for may happen all the same. */
  readonly signal?: AbortSignal;
}

export interface TokenSettings extends CallSettings {
  /** The same key again, with the same wishes, is the same session. */
  readonly idempotencyKey?: string;
  /** Who the visitor is, as Petya has proved it; beside the key of the page. */
  readonly visitorToken?: string;
}

/**
 * What a visitor's page, or a server in its place, asks of ilianaai-avatar. Every call rejects with
 * `Refusal` where it is refused, with `CallTimeout` where it is not answered in time, and with
 * `fetch`'s own TypeError where nobody answers. No message of an error holds a key or a token.
 */
export class AvatarClient {
  readonly baseUrl: string;
  private readonly callJson: CallJson;

  /** @throws TypeError when the address or the key cannot be one */
  constructor(private readonly options: AvatarClientOptions) {
    this.baseUrl = requireAddress(options.baseUrl);
    requirePrintable('key', options.key);
    this.callJson = callerWith(options);
  }

  /** Opens a session: a slot and a token. It costs nothing before it is started. */
  async token(
    wanted: CreateTokenDto = {},
    { idempotencyKey, visitorToken, signal }: TokenSettings = {},
  ): Promise<SessionTokenDto> {
    const headers: Record<string, string> = {};
    if (idempotencyKey !== undefined) {
      headers['Idempotency-Key'] = requirePrintable('idempotencyKey', idempotencyKey);
    }
    if (visitorToken !== undefined) {
      headers['X-Visitor-Token'] = requirePrintable('visitorToken', visitorToken);
    }
    const bearer = this.options.key;
    return this.ask('POST /v1/sessions/token', { body: wanted, bearer, headers, signal });
  }

  /** Starts it: from here on it costs. The answer says where its room is. */
  async start(session: HeldSession, settings?: CallSettings): Promise<StartedSessionDto> {
    return this.ask('POST /v1/sessions/start', { body: {}, ...held(session), ...settings });
  }

  /** @param nextWithinSeconds a promise of the next one, 5 to 120 */
  async keepAlive(
    session: HeldSession,
    nextWithinSeconds?: number,
    settings?: CallSettings,
  ): Promise<SessionAckDto> {
    const body = { next_within_s: nextWithinSeconds };
    return this.ask('POST /v1/sessions/keep-alive', { body, ...held(session), ...settings });
  }

  /** Reports a turn; answered once it is stored durably. */
  async message(session: HeldSession, turn: Turn, settings?: CallSettings): Promise<SessionAckDto> {
    const body = { ...turn, session_id: session.session_id };
    return this.ask('POST /v1/streaming.avatar_message', { body, ...held(session), ...settings });
  }

  /** Ends it; any number of times. */
  async stop(session: HeldSession, settings?: CallSettings): Promise<SessionAckDto> {
    return this.ask('POST /v1/sessions/stop', { body: {}, ...held(session), ...settings });
  }

  /**
   * Says that the visitor goes, from a page that is being left: the session may be taken up again
   * for some seconds. A browser sends it whatever becomes of the page, and tells nobody how it went.
   */
  async leave({ session_token: text }: HeldSession, settings?: CallSettings): Promise<void> {
    requirePrintable('session_token', text);
    if (this.sendBeacon(`${this.baseUrl}/v1/sessions/leave`, text)) return;
    await this.ask('POST /v1/sessions/leave', { text, keepalive: true, ...settings });
  }

  /** Our own record of it. */
  async view(session: HeldSession, settings?: CallSettings): Promise<SessionViewDto> {
    return this.ask('GET /v1/sessions/{session_id}', { ...held(session), ...settings }, session);
  }

  /** What was said so far, from all sources. */
  async transcript(session: HeldSession, settings?: CallSettings): Promise<TranscriptViewDto> {
    const route = 'GET /v1/sessions/{session_id}/transcript';
    return this.ask(route, { ...held(session), ...settings }, session);
  }

  /** Browsers may have it turned off, and servers have none. */
  private sendBeacon(url: string, text: string): boolean {
    const { navigator } = globalThis as {
      navigator?: { sendBeacon?(url: string, text: string): boolean };
    };
    if (this.options.fetch !== undefined) return false;
    return navigator?.sendBeacon?.(url, text) ?? false;
  }

  private async ask<R extends keyof Routes>(
    route: R,
    call: Omit<Parameters<CallJson>[1], 'body'> & { readonly body?: Routes[R]['body'] },
    { session_id: id }: Partial<HeldSession> = {},
  ): Promise<Routes[R]['data']> {
    const [, method, template = ''] = /^(GET|POST) (.+)$/.exec(route) ?? [];
    const path = template.replace('{session_id}', encodeURIComponent(id ?? ''));
    const asked = { ...call, method: method === 'GET' ? 'GET' : 'POST' } as const;
    const answer = this.callJson<{ data: Routes[R]['data'] }>(`${this.baseUrl}${path}`, asked);
    return (await answer).data;
  }
}

function held({ session_token }: HeldSession): { bearer: string } {
  return { bearer: requirePrintable('session_token', session_token) };
}
