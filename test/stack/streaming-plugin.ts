import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { textFrame } from '../vendor-simulator/heygen/pipecat.js';
import { callApi } from './json-api.js';
import type { PluginSession } from './plugin.js';
import type { Stack } from './stack.js';

/** A session of the legacy vendor, as far as it differs from a LiveAvatar one. */
export interface StreamingSession extends Pick<
  PluginSession,
  'sessionId' | 'conversationId' | 'intro' | 'keepAlive' | 'stop' | 'view'
> {
  /** Typed words, kept by Petya as a message and sent over the socket; resolves with the answer. */
  type(text: string): Promise<string>;
  /** The same as a task over REST. */
  talk(text: string): Promise<string>;
  /** Lets the avatar say something. */
  repeat(text: string): Promise<string>;
}

interface Envelope<T> {
  readonly data: T;
}

/** Opens a session as the plugin does: create_token, new, the socket after the start. */
export async function openAsStreamingPlugin(stack: Stack): Promise<StreamingSession> {
  const { urls, account } = stack;
  const petya = <T>(path: string, body: unknown): Promise<T> =>
    callApi<T>(`${urls.petya}/api/v1${path}`, { body, bearer: account.apiKey, origin: urls.page });
  const avatar = async <T>(route: string, body: unknown): Promise<T> => {
    const call = { body, apiKey: account.apiKey, origin: urls.page };
    return (await callApi<Envelope<T>>(`${urls.avatar}/v1/streaming.${route}`, call)).data;
  };
  const { visitorId } = await petya<{ visitorId: string }>('/visitors/init', {});
  const { conversationId } = await petya<{ conversationId: string }>(
    '/conversations/userConversation/init',
    { visitorId, pageUrl: urls.page },
  );
  const { token } = await avatar<{ token: string }>('create_token', {});
  const { session_id, intro } = await avatar<{ session_id: string; intro: string }>('new', {
    quality: 'medium',
    version: 'v2',
    conversation_id: conversationId,
  });
  await avatar('start', { session_id });
  const socket = await openSocket(stack, session_id, token);
  const heard = listen(socket);
  const task = (task_type: string, text: string) => async () => {
    await avatar('task', { session_id, text, task_type });
  };
  return {
    sessionId: session_id,
    conversationId,
    intro,
    type: async (text) => {
      const clientMessageId = randomUUID();
      const message = { conversationId, isFromUser: true, content: text, clientMessageId };
      await petya('/messages/userMessages/init', message);
      return heard(async () => socket.send(textFrame(text)));
    },
    talk: (text) => heard(task('talk', text)),
    repeat: (text) => heard(task('repeat', text)),
    keepAlive: async () => {
      await avatar('keep_alive', { session_id });
    },
    stop: async () => {
      await avatar('stop', { session_id });
      if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
    },
    view: async () => {
      const call = { apiKey: account.secretKey };
      const url = `${urls.avatar}/v1/sessions/${session_id}`;
      return (await callApi<Envelope<Awaited<ReturnType<PluginSession['view']>>>>(url, call)).data;
    },
  };
}

async function openSocket(stack: Stack, sessionId: string, token: string): Promise<WebSocket> {
  const query = new URLSearchParams({
    session_id: sessionId,
    session_token: token,
    silence_response: 'false',
    stt_language: 'en',
  });
  const url = `${stack.urls.avatar.replace('http', 'ws')}/v1/ws/streaming.chat?${query.toString()}`;
  const socket = new WebSocket(url, { origin: stack.urls.page });
  await once(socket, 'open');
  return socket;
}

interface StreamingEvent {
  readonly type?: string;
  readonly message?: string;
}

/** How a page hears the avatar: the deltas of the socket, joined until their end. */
function listen(socket: WebSocket): (say: () => Promise<void>) => Promise<string> {
  let words = '';
  let resolve: (line: string) => void = () => undefined;
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as StreamingEvent;
    if (event.type === 'avatar_talking_message') words += event.message ?? '';
    if (event.type !== 'avatar_end_message') return;
    resolve(words);
    words = '';
  });
  return async (say) => {
    const line = new Promise<string>((done) => {
      resolve = done;
    });
    await say();
    return line;
  };
}
