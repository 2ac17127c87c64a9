import type { LiveAvatarSession } from '@heygen/liveavatar-web-sdk';
import { warn } from './warn.js';
import type { Line } from './remembered.js';

type Sdk = typeof import('@heygen/liveavatar-web-sdk');

/** What happens in a room, for the conversation. */
export interface VideoEvents {
  /** The avatar or the visitor has begun to talk; told again and again. */
  begun(): void;
  line(role: Line['role'], text: string, eventId: string): void;
  /** What is being said at this moment; replaces what it said before. */
  caption(role: Line['role'], text: string): void;
  /** The vendor says that it ends the session, and why. */
  stopped(reason: string): void;
  /** The room is gone, whoever left it. */
  gone(): void;
}

/** A running video session. */
export interface Video {
  readonly maxSeconds: number | null;
  /** The avatar answers this. */
  message(text: string): void;
  /** The avatar says exactly this. */
  speak(text: string): void;
  /** @throws when the browser or the visitor refuses the microphone */
  setMicrophone(isOn: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Where the part for video is. */
export interface SdkPlace {
  readonly url: string;
  /** Its hash, which browsers that can compare before it runs. */
  readonly integrity?: string;
  /** For a page that was opened before an update took away what it was built with. */
  readonly latestUrl?: string;
}

let loading: Promise<Sdk> | undefined;
let failures = 0;

/**
 * The vendor's SDK is twelve times our size, so it comes only when somebody wants video, and before
 * a session is asked for: a session without it would be paid for and shown to nobody.
 */
export function loadSdk(place: SdkPlace): Promise<Sdk> {
  loading ??= load(place).catch((error: unknown) => {
    loading = undefined;
    failures += 1;
    warn(
      `the part for video cannot be loaded from ${place.url}. It has to be there with Access-Control-Allow-Origin, Cross-Origin-Resource-Policy: cross-origin and the type text/javascript, and the page's script-src has to allow it. ${String(error)}`,
    );
    throw error;
  });
  return loading;
}

async function load({ url, integrity, latestUrl }: SdkPlace): Promise<Sdk> {
  try {
    return await importSdk(url, integrity);
  } catch (error) {
    if (latestUrl === undefined) throw error;
    return importSdk(latestUrl);
  }
}

function importSdk(url: string, integrity?: string): Promise<Sdk> {
  // Some browsers keep a module that could not be loaded as failed; another name is tried anew.
  const address = failures === 0 ? url : `${url}#${failures}`;
  if (integrity !== undefined) holdTo(integrity, address);
  return import(address) as Promise<Sdk>;
}

/** `import()` takes no hash. A module that is loaded ahead has one, and is the one that is imported. */
function holdTo(integrity: string, href: string): void {
  const link = document.createElement('link');
  const attributes = { rel: 'modulepreload', crossOrigin: 'anonymous', integrity, href };
  document.head.append(Object.assign(link, attributes));
}

/**
 * Joins the room of a session. The vendor's SDK starts the session by itself.
 * @throws the SDK's error, which carries our status and sentence
 */
export async function openVideo(
  place: { sdk: SdkPlace; apiUrl: string; token: string; element: HTMLVideoElement },
  events: VideoEvents,
): Promise<Video> {
  const sdk = await loadSdk(place.sdk);
  const session = new sdk.LiveAvatarSession(place.token, {
    apiUrl: place.apiUrl,
    voiceChat: false,
  });
  session.on(sdk.SessionEvent.SESSION_STREAM_READY, () => session.attach(place.element));
  pass(sdk, session, events);
  await session.start();
  session.on(sdk.SessionEvent.SESSION_DISCONNECTED, () => events.gone());
  return {
    maxSeconds: session.maxSessionDuration,
    message: (text) => void session.message(text),
    speak: (text) => void session.repeat(text),
    setMicrophone: async (isOn) => {
      if (isOn) await session.voiceChat.start();
      else session.voiceChat.stop();
    },
    stop: () => session.stop(),
  };
}

/** Partial texts of a visitor are cumulative, those of the avatar are to be joined. */
function pass(sdk: Sdk, session: LiveAvatarSession, events: VideoEvents): void {
  const { AgentEventsEnum: Agent } = sdk;
  let spoken = '';
  // Whichever the vendor sends first.
  session.on(Agent.USER_TRANSCRIPTION_CHUNK, () => events.begun());
  session.on(Agent.USER_TRANSCRIPTION, () => events.begun());
  session.on(Agent.AVATAR_SPEAK_STARTED, () => events.begun());
  session.on(Agent.AVATAR_TRANSCRIPTION_CHUNK, () => events.begun());
  session.on(Agent.AVATAR_TRANSCRIPTION, () => events.begun());
  session.on(Agent.USER_TRANSCRIPTION_CHUNK, ({ text }) => events.caption('user', text));
  session.on(Agent.USER_TRANSCRIPTION, (event) => {
    events.caption('user', '');
    events.line('user', event.text, event.event_id);
  });
  session.on(Agent.AVATAR_SPEAK_STARTED, () => void (spoken = ''));
  session.on(Agent.AVATAR_TRANSCRIPTION_CHUNK, ({ text }) => {
    spoken += text;
    events.caption('avatar', spoken);
  });
  session.on(Agent.AVATAR_TRANSCRIPTION, (event) => {
    events.line('avatar', event.text, event.event_id);
  });
  // The SDK names `stop_reason`, the vendor's guide `end_reason`.
  session.on(Agent.SESSION_STOPPED, (event: { stop_reason?: string; end_reason?: string }) =>
    events.stopped(event.stop_reason ?? event.end_reason ?? ''),
  );
  session.on(Agent.AVATAR_SPEAK_ENDED, () => events.caption('avatar', ''));
}
