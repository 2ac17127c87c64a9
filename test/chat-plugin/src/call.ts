/** A refusal, with the sentence the service gives for it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly body?: unknown;
  readonly bearer: string;
}

/** @throws Refusal when the status is not 2xx, TypeError when nobody answers */
export async function callJson<T>(url: string, { method, body, bearer }: Call): Promise<T> {
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      Authorization: `Bearer ${bearer}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const parsed: unknown = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, messageOf(parsed, answer.status));
  return parsed as T;
}

function messageOf(body: unknown, status: number): string {
  const { message } = body as { message?: unknown };
  return typeof message === 'string' ? message : `The service answered ${status}.`;
}
