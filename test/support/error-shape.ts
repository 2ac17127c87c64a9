import { errorBodySchema } from '#platform';
import { Ajv } from 'ajv';
import type { Answer } from './json-client.js';

const isErrorBody = new Ajv({ strict: false }).compile(errorBodySchema);

/** What the one error schema does not allow in a body; empty for a body that fits. */
export function errorShapeProblems(body: unknown): readonly string[] {
  isErrorBody(body);
  return (isErrorBody.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath} ${message}`,
  );
}

/**
 * Holds an answer of our apps against the error schema, whatever the test is about.
 * @throws Error for a refusal in another shape; a probe's report and a `HEAD` have shapes of their own
 */
export function holdErrorShape<T>(method: string, path: string, answer: Answer<T>): Answer<T> {
  if (answer.status < 400 || method === 'HEAD' || path.startsWith('/health/')) return answer;
  const problems = errorShapeProblems(answer.body);
  if (problems.length === 0) return answer;
  throw new Error(`${method} ${path}: ${answer.status} out of shape: ${problems.join(', ')}`);
}
