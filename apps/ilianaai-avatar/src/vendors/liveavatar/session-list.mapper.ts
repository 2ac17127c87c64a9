import { isUnixTime, unixTimeToMs } from '#contracts';
import { AvatarError } from '../../errors.js';
import type { ListedSession, ListPage } from '../vendor.js';
import { dataOf, type JsonObject, number, objects, text } from '../vendor-answers.js';
import { billedOf } from './liveavatar.mapper.js';

/**
 * A page of `GET /v1/sessions`. Its place in the whole is told by `count`, and `next` says only whether
 * there is more: nobody follows an address that an answer names.
 * @throws AvatarError `vendor_garbled` for what is no page, such as one behind the end that is full
 */
export function toListPage(body: unknown, page: number, size: number): ListPage {
  const data = dataOf(body);
  const entries = objects(data, 'results').map(toListedSession);
  const count = number(data, 'count');
  const before = (page - 1) * size;
  const isFull = entries.length > 0;
  if (entries.length > size || isFull !== before < count) {
    // Behind the end there may be nothing; before it there must be something.
    throw new AvatarError('vendor_garbled');
  }
  const isMore = (data['next'] ?? null) !== null;
  return { entries, isLast: !isFull || (!isMore && before + size >= count) };
}

function toListedSession(entry: JsonObject): ListedSession {
  const createdAt = timeIn(entry['created_at']);
  if (createdAt === null) throw new AvatarError('vendor_garbled');
  const endedAt = timeIn(entry['end_at']);
  const billed = billedOf(entry) ?? { seconds: secondsBetween(createdAt, endedAt), credits: null };
  return { id: text(entry, 'id', 256), createdAt, ...billed };
}

/** What a vendor bills that says from when to when, and no duration. */
function secondsBetween(from: Date, to: Date | null): number | null {
  return to && Math.max(0, Math.ceil((to.getTime() - from.getTime()) / 1000));
}

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}[\d:.]*(Z|[+-]\d{2}:?\d{2})?$/i;

/** A date, of the whole world's time where it names no zone, or a Unix time. */
function timeIn(value: unknown): Date | null {
  if (isUnixTime(value)) return new Date(unixTimeToMs(value));
  const found = typeof value === 'string' ? DATE.exec(value) : null;
  if (!found) return null;
  const date = new Date(found[1] === undefined ? `${found[0]}Z` : found[0]);
  return Number.isNaN(date.getTime()) ? null : date;
}

const AMOUNT = /^-?\d+(?:\.\d+)?$/;

/**
 * What is left of the account's credits, which the vendor writes as text.
 * @throws AvatarError `vendor_garbled`
 */
export function toCreditsLeft(body: unknown): number {
  const left = dataOf(body)['credits_left'];
  const amount = typeof left === 'string' && AMOUNT.test(left.trim()) ? Number(left) : left;
  if (typeof amount !== 'number' || !Number.isFinite(amount)) {
    throw new AvatarError('vendor_garbled');
  }
  return amount;
}
