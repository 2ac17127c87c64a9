import StreamingAvatar, {
  AvatarQuality,
  StreamingEvents,
  TaskMode,
  TaskType,
} from '@heygen/streaming-avatar';
import type { Refused, Where } from './drop-in.js';
import type { Streamed, StreamingDropIn } from './streaming-drop-in.js';

/** What the customer's own page would ask for; the account decides what it gets. */
const REQUEST = { avatarName: 'Anna_public', quality: AvatarQuality.Low, language: 'en' };

const video = document.querySelector('video') as HTMLVideoElement;
let current: StreamingAvatar | undefined;

function askToken({ apiUrl, key }: Where): Promise<Response> {
  const url = `${apiUrl}/v1/streaming.create_token`;
  return fetch(url, { method: 'POST', headers: { 'X-Api-Key': key } });
}

async function token(where: Where): Promise<string> {
  const body = (await (await askToken(where)).json()) as { data: { token: string } };
  return body.data.token;
}

async function talk(own: string, basePath: string, text: string): Promise<Streamed> {
  const avatar = new StreamingAvatar({ token: own, basePath });
  current = avatar;
  const ready = new Promise<MediaStream>((resolve) => {
    avatar.on(StreamingEvents.STREAM_READY, (event: CustomEvent<MediaStream>) =>
      resolve(event.detail),
    );
  });
  const { session_id: sessionId } = await avatar.createStartAvatar(REQUEST);
  video.srcObject = await ready;
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  const heard = hear(avatar);
  await avatar.speak({ text });
  const { line, pieces } = await heard;
  const frames = video.getVideoPlaybackQuality().totalVideoFrames;
  return { sessionId, frames, avatarLines: [line], pieces };
}

/** The avatar's next line: its pieces are joined until their end, as the vendor's demo does. */
function hear(avatar: StreamingAvatar): Promise<{ line: string; pieces: number }> {
  const pieces: string[] = [];
  avatar.on(StreamingEvents.AVATAR_TALKING_MESSAGE, (event: CustomEvent<{ message: string }>) => {
    pieces.push(event.detail.message);
  });
  return new Promise((resolve) => {
    avatar.on(StreamingEvents.AVATAR_END_MESSAGE, () =>
      resolve({ line: pieces.join(''), pieces: pieces.length }),
    );
  });
}

async function repeat(text: string): Promise<string> {
  if (current === undefined) throw new Error('Nobody is there.');
  const heard = hear(current);
  await current.speak({ text, taskType: TaskType.REPEAT, taskMode: TaskMode.SYNC });
  return (await heard).line;
}

async function stop(): Promise<void> {
  const stopped = current;
  const gone = new Promise<void>((resolve) => {
    stopped?.on(StreamingEvents.STREAM_DISCONNECTED, () => resolve());
  });
  await stopped?.stopAvatar();
  await gone;
}

async function refusedToken(where: Where): Promise<Refused> {
  const answer = await askToken(where);
  const body = (await answer.json()) as { code: number; message: string };
  return { status: answer.status, code: body.code, message: body.message };
}

async function refusedStart(own: string, basePath: string): Promise<Refused> {
  const avatar = new StreamingAvatar({ token: own, basePath });
  try {
    await avatar.createStartAvatar(REQUEST);
  } catch (error) {
    // A socket that was refused is an event without words; every refused call has our answer.
    const { status, responseText } = error as { status?: number; responseText?: string };
    const body = JSON.parse(responseText ?? '{}') as { code?: number; message?: string };
    return { status: status ?? null, code: body.code ?? null, message: body.message ?? '' };
  }
  // What an operator has changed is known a moment later: whoever asks sees that it is not yet.
  await avatar.stopAvatar();
  return { status: null, code: null, message: 'It started.' };
}

const streamingDropIn: StreamingDropIn = { token, talk, repeat, stop, refusedToken, refusedStart };
Object.assign(window, { streamingDropIn });
