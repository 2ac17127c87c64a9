import { Ajv } from 'ajv';
import { errorBodySchema } from '#platform';
import { findCanaries, SERVER_SECRETS } from '../support/canaries.js';
import type { Reply } from './exchange.js';

const isErrorBody = new Ajv({ strict: false }).compile(errorBodySchema);

/** 5xx that are answers and not accidents: the vendor's and Petya's troubles, and the operator's wish. */
const PLANNED = new Set([
  'vendor_unreachable',
  'vendor_garbled',
  'avatar_rejected',
  'setting_rejected',
  'voice_agent_unfit',
  'vendor_refused',
  'vendor_auth',
  'vendor_quota',
  'vendor_full',
  'vendor_busy',
  'opening_paused',
  'petya_unavailable',
  'start_unresolved',
  'vendor_timeout',
]);

export interface Judgement {
  /** 5xx of the vendor's and Petya's making are no failure. */
  readonly mayBlameOthers?: boolean;
  /** The request was wrong, so a 2xx is a failure. */
  readonly mustRefuse?: boolean;
  /** Text of the input that no refusal may repeat. */
  readonly marker?: string;
}

/** Everything that is wrong with an answer, whatever the request was; empty when all is well. */
export function judgeReply(reply: Reply, judgement: Judgement = {}): string[] {
  const problems: string[] = [];
  const { status, headers, text } = reply;
  if (judgement.mustRefuse && status < 400) problems.push(`a wrong request was answered ${status}`);
  if (headers['cache-control'] !== 'no-store') problems.push('no Cache-Control: no-store');
  if (headers['x-content-type-options'] !== 'nosniff') problems.push('no nosniff');
  if (headers['x-powered-by'] !== undefined) problems.push('X-Powered-By');
  if (typeof headers['x-request-id'] !== 'string') problems.push('no X-Request-Id');
  for (const name of findCanaries(text, SERVER_SECRETS)) problems.push(`${name} in the answer`);
  if (status < 400) return problems;
  if (judgement.marker && text.includes(judgement.marker)) problems.push('the input is repeated');
  return [...problems, ...judgeError(reply, judgement)];
}

function judgeError(
  { status, headers, text }: Reply,
  { mayBlameOthers = false }: Judgement,
): string[] {
  // A refused HEAD has no body.
  if (text === '') return [];
  const body = parse(text);
  if (!isErrorBody(body)) return [`${status} with a body out of shape`];
  const { status: told, type } = body as { status: number; type: string };
  if (told !== status) return [`${status} with a body that says ${told}`];
  if (status < 500) return [];
  const problem = type.replace('urn:problem:', '');
  // What a busy machine puts off says when to ask again.
  const isPutOff = problem === 'busy' && headers['retry-after'] !== undefined;
  const isPlanned = mayBlameOthers && (isPutOff || PLANNED.has(problem));
  return isPlanned ? [] : [`unplanned ${status} ${problem}`];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
