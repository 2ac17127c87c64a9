import { createHmac } from 'node:crypto';

/** Our own ids say nothing of anybody: random ones, those of records from before, the vendor's. */
const OUR_FORMS = [
  /^[A-Za-z0-9_-]{22}$/,
  /^[0-9a-f]{24}$/,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
];

/** The operator has given these; they have one form, so that nobody else writes into the log by them. */
const OPERATORS = new Set(['accountId', 'keyId', 'day']);
const OPERATORS_FORM = /^[A-Za-z0-9._:-]{1,128}$/;

/** What the body of an order says of it where the path does not, and no secret. */
const ORDERED = ['accountId', 'all', 'expected', 'paused', 'suspended', 'until'];

/**
 * An id of a route as the audit writes it. What a customer calls a conversation may be an order
 * number or an address: it is told from others by a keyed digest, and read by nobody.
 * @param name of the route's parameter
 * @param key whoever has it can find the line of an id that is known
 */
export function auditedId(name: string, id: string, key: string): string {
  if (OPERATORS.has(name) && OPERATORS_FORM.test(id)) return id;
  if (OUR_FORMS.some((form) => form.test(id))) return id;
  return `digest:${createHmac('sha256', key).update(id).digest('hex').slice(0, 16)}`;
}

/**
 * What an order is about and what it wants, by its body: whose sessions are to end, or whether opening is
 * paused. Free texts are left out.
 * @param body as it was sent: anything
 * @param key as for `auditedId`
 */
export function auditedOrder(
  body: unknown,
  key: string,
): Record<string, string | number | boolean> {
  const told: Record<string, string | number | boolean> = {};
  if (typeof body !== 'object' || body === null) return told;
  for (const name of ORDERED) {
    if (!Object.hasOwn(body, name)) continue;
    const value = (body as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'string') told[name] = auditedText(name, value, key);
    else if (typeof value === 'boolean' || isWhole(value)) told[name] = value;
  }
  return told;
}

/** A time is told in UTC, in whichever zone it was written. */
function auditedText(name: string, value: string, key: string): string {
  const time = new Date(name === 'until' ? value : Number.NaN);
  return Number.isNaN(time.getTime()) ? auditedId(name, value, key) : time.toISOString();
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
