import type { Answer } from '../http.answers.js';
import type { SimulatorSettings } from '../settings.js';

/**
 * Service numbers of the envelope. Only 1000 and 4003 were ever seen (reference 2.12); the others
 * are chosen here so that each refusal has one of its own.
 */
export const CODE = {
  ok: 1000,
  badRequest: 4000,
  unauthorised: 4001,
  concurrency: 4003,
  notFound: 4004,
  noCredits: 4005,
  validation: 4022,
  rateLimited: 4029,
} as const;

/** One complaint about the input, as FastAPI words it. */
export interface InputProblem {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** A success in the vendor's envelope. */
export function success(data: unknown, status = 200): Answer {
  return { status, body: { code: CODE.ok, data, message: 'ok' } };
}

/** A refusal in the vendor's envelope. */
export function failure(status: number, code: number, message: string): Answer {
  return { status, body: { code, data: null, message } };
}

/** Refused input in the shape the settings ask for (reference 2.3 documents both). */
export function invalid(settings: SimulatorSettings, problems: InputProblem[]): Answer {
  if (settings.validationShape === 'detail') return { status: 422, body: { detail: problems } };
  const data = problems.map((problem) => ({
    message: `${problem.loc.slice(1).join('.')}: ${problem.msg}`,
  }));
  return { status: 400, body: { code: CODE.validation, data, message: 'Validation failed' } };
}

/** 404 of a session that is unknown or, for stop, already over. */
export function sessionNotFound(): Answer {
  return failure(404, CODE.notFound, 'Session not found');
}
