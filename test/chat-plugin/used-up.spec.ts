import { describe, expect, it } from '@jest/globals';
import { avatarErrors } from '../../apps/ilianaai-avatar/src/errors.js';
import { errorBody } from '../../libs/platform/src/errors/error-body.js';
import { AppError } from '../../libs/platform/src/errors/app-error.js';
import { Refusal } from '#client';
import { secondsWithoutVideo, UNKNOWN_REST_SECONDS } from './src/plugin/used-up.js';
import { wordsForEnding, wordsForFailure } from './src/plugin/words.js';

/** As our own calls are refused. */
function refusal(problem: keyof typeof avatarErrors, retryAfter?: number): Refusal {
  const { status, message } = avatarErrors[problem];
  return new Refusal(message, { status, type: `urn:problem:${problem}`, retryAfter });
}

/** As the vendor's SDK says that a start was refused: no type, no header. */
function sdkError(problem: keyof typeof avatarErrors): Error {
  const { code, status, message } = errorBody(new AppError(problem), avatarErrors, 'r');
  return Object.assign(new Error(message), { status, errorCode: code });
}

describe('minutes that are used up, and an opening that is paused', () => {
  it.each<[string, unknown, number | null]>([
    ['for as long as the gateway says', refusal('minutes_used_up', 3600), 3600],
    ['for a moment at the very end of the day', refusal('minutes_used_up', 0), 1],
    ['for a while where it does not', refusal('minutes_used_up'), UNKNOWN_REST_SECONDS],
    ['for a while where the SDK says it', sdkError('minutes_used_up'), UNKNOWN_REST_SECONDS],
    ['for as long as no video is opened', refusal('opening_paused', 60), 60],
    ['for a while where nobody says how long', refusal('opening_paused'), UNKNOWN_REST_SECONDS],
    ['not where the vendor takes no calls', refusal('vendor_busy', 5), null],
    ['not where places are what is missing', refusal('account_full', 5), null],
    ['not where the SDK says anything else', sdkError('rate_limited'), null],
    ['not where nobody answers', new TypeError('Failed to fetch'), null],
    ['not where nothing is said', undefined, null],
  ])('keep video from being offered: %s', (_what, error, seconds) => {
    expect(secondsWithoutVideo(error)).toBe(seconds);
  });

  it.each<[string, string]>([
    ['when it is asked for', wordsForFailure(refusal('minutes_used_up', 9), 'Katya')],
    ['when no video is opened', wordsForFailure(refusal('opening_paused', 60), 'Katya')],
    ['when the SDK starts it', wordsForFailure(sdkError('minutes_used_up'), 'Katya')],
    ['when it runs', wordsForEnding('minutes_used_up')],
  ])('are told calmly %s', (_when, words) => {
    expect(words).toMatch(/You can go on writing here\.$/);
    expect(words).not.toMatch(
      /other visitors|start the video again|minutes|account|limit|you have/i,
    );
  });

  it.each<[string, Error]>([
    ['no place', refusal('account_full', 5)],
    ['no place at the vendor', refusal('vendor_full')],
    ['too many calls, as the SDK says it', sdkError('rate_limited')],
  ])('are something else than %s', (_what, error) => {
    expect(wordsForFailure(error, 'Katya')).toMatch(/^Katya is talking with other visitors/);
  });
});
