import {
  AgentEventsEnum,
  LiveAvatarSession,
  SessionEvent,
  SessionInteractivityMode,
  SessionState,
  VoiceChatState,
} from '@heygen/liveavatar-web-sdk';
import type { DropIn, Heard, PushedToTalk, Refused, Where } from './drop-in.js';

interface TokenAnswer {
  readonly code: number;
  readonly message: string;
  readonly data: { readonly session_id: string; readonly session_token: string } | null;
}

const video = document.querySelector('video') as HTMLVideoElement;
let current: LiveAvatarSession | undefined;

async function askToken({ apiUrl, key }: Where): Promise<Response> {
  return fetch(`${apiUrl}/v1/sessions/token`, { method: 'POST', headers: { 'X-Api-Key': key } });
}

async function token(where: Where): Promise<string> {
  const body = (await (await askToken(where)).json()) as TokenAnswer;
  if (body.data === null) throw new Error(body.message);
  return body.data.session_token;
}

/** The vendor's own example: token, start, attach, message; the text of the avatar comes back. */
async function talk(where: Where, text: string): Promise<Heard> {
  return talkWith(await token(where), where.apiUrl, text);
}

async function talkWith(sessionToken: string, apiUrl: string, text: string): Promise<Heard> {
  const began = performance.now();
  const session = new LiveAvatarSession(sessionToken, { apiUrl, voiceChat: false });
  current = session;
  const states: string[] = [];
  const avatarLines: string[] = [];
  let chunks = 0;
  session.on(SessionEvent.SESSION_STATE_CHANGED, (state: SessionState) => void states.push(state));
  session.on(AgentEventsEnum.AVATAR_TRANSCRIPTION_CHUNK, () => void (chunks += 1));
  const answered = new Promise<void>((resolve) => {
    session.on(AgentEventsEnum.AVATAR_TRANSCRIPTION, (event: { text: string }) => {
      avatarLines.push(event.text);
      resolve();
    });
  });
  const firstFrame = new Promise<number>((resolve) => {
    session.on(SessionEvent.SESSION_STREAM_READY, () => {
      session.attach(video);
      video.requestVideoFrameCallback(() => resolve(performance.now() - began));
    });
  });
  await session.start();
  const firstFrameMs = await firstFrame;
  if (text !== '') {
    session.message(text);
    await answered;
  }
  const frames = video.getVideoPlaybackQuality().totalVideoFrames;
  const maxSeconds = session.maxSessionDuration;
  return { states, avatarLines, chunks, firstFrameMs, frames, maxSeconds };
}

/** As the vendor's guide has it: voice chat in that mode, the button down, the button up. */
async function pushToTalk(where: Where): Promise<PushedToTalk> {
  const session = new LiveAvatarSession(await token(where), {
    apiUrl: where.apiUrl,
    voiceChat: { mode: SessionInteractivityMode.PUSH_TO_TALK, defaultMuted: true },
  });
  current = session;
  const heard: string[] = [];
  session.on(AgentEventsEnum.USER_TRANSCRIPTION, ({ text }: { text: string }) => heard.push(text));
  const answered = new Promise<string>((resolve) => {
    session.on(AgentEventsEnum.AVATAR_TRANSCRIPTION, ({ text }: { text: string }) => resolve(text));
  });
  await session.start();
  const { voiceChat } = session;
  if (voiceChat.state !== VoiceChatState.ACTIVE) throw new Error('There is no microphone.');
  const isMutedBefore = voiceChat.isMuted;
  try {
    await voiceChat.startPushToTalk();
  } catch {
    return {
      started: false,
      isMutedBefore,
      isMutedMeanwhile: voiceChat.isMuted,
      heard,
      answer: '',
    };
  }
  const isMutedMeanwhile = voiceChat.isMuted;
  await voiceChat.stopPushToTalk();
  return { started: true, isMutedBefore, isMutedMeanwhile, heard, answer: await answered };
}

/** Stops twice, as the SDK does anyway. */
async function stop(): Promise<string> {
  const stopped = current;
  if (stopped === undefined) return 'none';
  const gone = new Promise<string>((resolve) => {
    stopped.on(SessionEvent.SESSION_DISCONNECTED, (reason: string) => resolve(reason));
  });
  await stopped.stop();
  return gone;
}

/** What the page is told when it may not have a token. */
async function refusedToken(where: Where): Promise<Refused> {
  const answer = await askToken(where);
  const body = (await answer.json()) as TokenAnswer;
  return { status: answer.status, code: body.code, message: body.message };
}

/** What the SDK throws when it may not start. */
async function refusedStart(sessionToken: string, apiUrl: string): Promise<Refused> {
  const session = new LiveAvatarSession(sessionToken, { apiUrl });
  try {
    await session.start();
  } catch (error) {
    const { message, status, errorCode } = error as Error & { status?: number; errorCode?: number };
    return { status: status ?? null, code: errorCode ?? null, message };
  }
  throw new Error('It started.');
}

const dropIn: DropIn = {
  talk,
  talkWith,
  pushToTalk,
  stop,
  token,
  refusedToken,
  refusedStart,
};
Object.assign(window, { dropIn });
