import { Refusal } from '#client';
import { secondsWithoutVideo } from './used-up.js';

/** Everything that the plugin says about itself. `name` is the assistant's. */
export const WORDS = {
  loading: 'One moment …',
  notHere: 'The assistant is not available on this page.',
  elsewhere: 'The video goes on in another tab. You can write here, or start a video of its own.',
  unreachable: 'The assistant cannot be reached right now. Please try again in a moment.',
  off: 'You can write to us here.',
  ready: (name: string) => `${name} is here. Write, or talk with video.`,
  connecting: 'Connecting the video …',
  stillConnecting: 'Still connecting the video. You can write meanwhile.',
  live: (name: string) => `You are talking with ${name}. Write, or use the microphone.`,
  reconnecting: 'The connection is weak. Reconnecting …',
  offline: 'You are offline. The conversation goes on when you are back.',
  back: 'Welcome back. Reconnecting the video …',
  videoStopped: 'The video is off. You can go on writing.',
  ended: 'The conversation has ended. Thank you for the visit.',
  notSent: 'This message was not sent. Please send it again.',
  tooLong: 'This message is too long. Please send it in parts.',
  sent: 'Sent. The answer will stand here; you can go on writing.',
} as const;

/** Before a video ends, in so many seconds; rounded to five of them. */
export function wordsBeforeEnd(seconds: number): string {
  const rounded = Math.round(seconds / 5) * 5;
  const left =
    rounded === 60 ? 'about a minute' : rounded > 5 ? `about ${rounded} seconds` : 'a few seconds';
  return `The video ends in ${left}. You can go on writing after that.`;
}

const GO_ON = 'You can go on writing, or start the video again.';

/** Where starting it again would not help. */
const WRITE_ON = 'You can go on writing here.';

/** Why a video ended, for the visitor. Keys are the end reasons of the avatar service. */
const ENDINGS: Readonly<Record<string, string>> = {
  max_duration: 'The time for video is over.',
  idle: 'The video ended because nothing was said for a while.',
  no_show: 'The video was not taken up in time.',
  visitor_left: 'The video ended while you were away.',
  replaced: 'The video goes on in another window.',
  vendor_ended: 'The video was ended by its provider.',
  vendor_fault: 'The video had a technical problem.',
  no_credits: 'Video is not available at present.',
  account_suspended: 'Video is not available on this site at present.',
  operator: 'The video was ended by the operator.',
  transcript_full: 'This video conversation has become too long.',
};

export function wordsForEnding(endReason: string | null): string {
  if (endReason === 'minutes_used_up') {
    return `The video has ended, since there is no more time for it on this site for now. ${WRITE_ON}`;
  }
  return `${ENDINGS[endReason ?? ''] ?? 'The video was interrupted.'} ${GO_ON}`;
}

/** Problems a visitor can wait for; the others are for the site's owner and say so themselves. */
const BUSY = ['account_full', 'vendor_full', 'rate_limited', 'draining'];

const OWNERS = [
  'origin_not_allowed',
  'key_invalid',
  'account_suspended',
  'avatar_rejected',
  'setting_rejected',
  'voice_agent_unfit',
];

/** Why there is no microphone. Keys are the names of the browser's errors. */
const MICROPHONE: Readonly<Record<string, string>> = {
  NotFoundError: 'There is no microphone on this device. You can write instead.',
  OverconstrainedError: 'There is no microphone on this device. You can write instead.',
  NotReadableError: 'The microphone is in use by another program. Close that, or write.',
  AbortError: 'The microphone is in use by another program. Close that, or write.',
  NotAllowedError: 'The microphone cannot be used. Please allow it for this page, or write.',
};

/** @param isForbidden the page itself lets nobody use it */
export function wordsForMicrophone(error: unknown, isForbidden: boolean): string {
  if (isForbidden) return 'This page does not let the microphone be used. You can write instead.';
  const { name = '' } = (error ?? {}) as { name?: string };
  return MICROPHONE[name] ?? 'The microphone does not work right now. You can write instead.';
}

/** Why a video could not start. Takes our refusals and what the vendor's SDK makes of them. */
export function wordsForFailure(error: unknown, name: string): string {
  // A visitor has not used the minutes up, and cannot do anything about it.
  if (secondsWithoutVideo(error) !== null) {
    return `Video is not available on this site for now. ${WRITE_ON}`;
  }
  if (error instanceof Refusal) {
    if (BUSY.includes(error.problem)) return busy(name);
    if (OWNERS.includes(error.problem)) return error.message;
    if (error.status === 410) return wordsForEnding('visitor_left');
  }
  const status = (error as { status?: unknown }).status;
  if (status === 410) return wordsForEnding('visitor_left');
  if (status === 429 || status === 503) return busy(name);
  return `The video cannot be shown right now. ${GO_ON}`;
}

function busy(name: string): string {
  return `${name} is talking with other visitors right now. ${GO_ON}`;
}
