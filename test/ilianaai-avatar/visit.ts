import type {
  Envelope,
  SessionAckDto,
  SessionTokenDto,
  SessionViewDto,
  StartedSessionDto,
  TranscriptViewDto,
} from '#contracts';
import type { RunningAvatar } from '../support/avatar-app.js';
import { expectStatus } from '../support/expect-status.js';
import type { Answer } from '../support/json-client.js';
import { until } from '../support/until.js';

/** The customer key that opens sessions; a `Tenant` is one. */
export interface KeyHolder {
  readonly key: string;
}

export type Headers = Readonly<Record<string, string>>;

/** One session as the browser of its visitor sees it. */
export interface Visit {
  readonly sessionId: string;
  readonly token: string;
  start(): Promise<Answer<Envelope<StartedSessionDto>>>;
  stop(json?: unknown): Promise<Answer<Envelope<SessionAckDto>>>;
  keepAlive(json?: unknown): Promise<Answer<Envelope<SessionAckDto>>>;
  leave(): Promise<Answer<unknown>>;
  /** Reports a turn; members of `more` stand beside or in place of the usual ones. */
  say(text: string, more?: object): Promise<Answer<Envelope<SessionAckDto>>>;
  view(): Promise<SessionViewDto>;
  /** What was said, as `role: text`. */
  lines(): Promise<string[]>;
  /** Waits until our record says so. */
  untilState(...states: string[]): Promise<SessionViewDto>;
}

/** Asks for a session token as the plugin does. */
export function askToken(
  avatar: RunningAvatar,
  { key }: KeyHolder,
  json: unknown = {},
  headers: Headers = {},
): Promise<Answer<Envelope<SessionTokenDto>>> {
  return avatar.call('POST', '/v1/sessions/token', {
    headers: { 'x-api-key': key, ...headers },
    json,
  });
}

/** Opens a session; the test fails here when that is refused. */
export async function visit(
  avatar: RunningAvatar,
  holder: KeyHolder,
  json: unknown = {},
  headers: Headers = {},
): Promise<Visit> {
  const answer = await askToken(avatar, holder, json, headers);
  expectStatus(answer, 200);
  return visitOf(avatar, answer.body.data, headers);
}

/** Opens a session and starts it. */
export async function startedVisit(...args: Parameters<typeof visit>): Promise<Visit> {
  const opened = await visit(...args);
  expectStatus(await opened.start(), 201);
  return opened;
}

/** The calls a browser makes with a token, also against another replica or after a restart. */
export function visitOf(
  avatar: RunningAvatar,
  { session_id: sessionId, session_token: token }: SessionTokenDto,
  more: Headers = {},
): Visit {
  const headers = { ...more, authorization: `Bearer ${token}` };
  const post = <T>(route: string, json?: unknown) =>
    avatar.call<Envelope<T>>('POST', `/v1/${route}`, { headers, json });
  const get = async <T>(path: string) =>
    (await avatar.call<Envelope<T>>('GET', path, { headers })).body.data;
  const view = () => get<SessionViewDto>(`/v1/sessions/${sessionId}`);
  return {
    sessionId,
    token,
    start: () => post('sessions/start'),
    stop: (json) => post('sessions/stop', json),
    keepAlive: (json) => post('sessions/keep-alive', json),
    leave: () =>
      avatar.call('POST', '/v1/sessions/leave', {
        headers: { ...more, 'content-type': 'text/plain;charset=UTF-8' },
        raw: token,
      }),
    say: (text, members = {}) =>
      post('streaming.avatar_message', { session_id: sessionId, text, ...members }),
    view,
    lines: async () => {
      const path = `/v1/sessions/${sessionId}/transcript`;
      const { transcript_data } = await get<TranscriptViewDto>(path);
      return transcript_data.map(({ role, transcript }) => `${role}: ${transcript}`);
    },
    untilState: async (...states) => {
      // In the record itself: a call with the token would be a sign of life.
      const sessions = avatar.connection.collection('sessions');
      await until(`session is ${states.join(' or ')}`, () =>
        sessions.findOne({ vendorSessionId: sessionId, state: { $in: states } }),
      );
      return view();
    },
  };
}
