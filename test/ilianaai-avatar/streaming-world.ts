import type { RunningAvatar } from '../support/avatar-app.js';
import type { Answer } from '../support/json-client.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { HeyGenSession } from '../vendor-simulator/heygen/session.js';
import { startWorld, type World } from './world.js';

/** A world whose second app has the legacy vendor switched on; its first has it off. */
export interface StreamingWorld extends World {
  readonly streaming: RunningAvatar;
  readonly environment: Readonly<Record<string, string>>;
}

export async function startStreamingWorld(
  more: Readonly<Record<string, string>> = {},
): Promise<StreamingWorld> {
  const world = await startWorld();
  const environment = {
    HEYGEN_ENABLED: 'true',
    HEYGEN_API_KEY: world.simulator.apiKey,
    HEYGEN_BASE_URL: world.simulator.url,
    ...more,
  };
  const streaming = await world.another({ environment });
  return {
    ...world,
    streaming,
    environment,
    stop: async () => {
      await streaming.stop();
      await world.stop();
    },
  };
}

export interface StreamAnswer {
  readonly code: number;
  readonly message: string;
  readonly data: Record<string, string> | null;
  readonly vendor_code?: number;
}

/** One session of the legacy vendor as a plugin sees it. */
export interface Stream {
  readonly sessionId: string;
  /** Ours, from `create_token`. */
  readonly token: string;
  readonly opened: Record<string, string>;
  call(route: string, json?: object): Promise<Answer<StreamAnswer>>;
  /** What the simulator knows of it. */
  vendor(): HeyGenSession;
  view(): Promise<{ state: string; end_reason: string | null; turns: number }>;
  lines(): Promise<string[]>;
}

/** Opens a session as the plugin does: a token, then the session, the key on every call. */
export async function openStream(
  world: StreamingWorld,
  tenant: Tenant,
  json: object = {},
  app: RunningAvatar = world.streaming,
): Promise<Stream> {
  const headers = { 'X-api-key': tenant.key };
  const post = <T>(route: string, body?: object) =>
    app.call<T>('POST', `/v1/streaming.${route}`, { headers, json: body });
  const { token } = (await post<{ data: { token: string } }>('create_token')).body.data;
  const answer = await post<StreamAnswer>('new', json);
  if (answer.status !== 200) throw new Error(`streaming.new: ${answer.status} ${answer.text}`);
  const opened = answer.body.data ?? {};
  const sessionId = String(opened['session_id']);
  // As the customer's server: a call with a token would be a sign of life.
  const server = { 'X-api-key': await tenant.secretKey() };
  const get = async <T>(path: string) =>
    (await app.call<{ data: T }>('GET', `/v1/sessions/${sessionId}${path}`, { headers: server }))
      .body.data;
  return {
    sessionId,
    token,
    opened,
    call: (route, more = {}) => post(route, { session_id: sessionId, ...more }),
    vendor: () => {
      const session = world.simulator.world.heygen.find(sessionId);
      if (!session) throw new Error('the simulator does not know this session');
      return session;
    },
    view: () => get(''),
    lines: async () => {
      type Line = { role: string; transcript: string };
      const { transcript_data } = await get<{ transcript_data: Line[] }>('/transcript');
      return transcript_data.map(({ role, transcript }) => `${role}: ${transcript}`);
    },
  };
}

/** As `openStream`, and started. */
export async function startStream(...args: Parameters<typeof openStream>): Promise<Stream> {
  const stream = await openStream(...args);
  const answer = await stream.call('start');
  if (answer.status !== 200) throw new Error(`streaming.start: ${answer.status} ${answer.text}`);
  return stream;
}
