/** An answer that is not a success, told by route, status and our own message. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    route: string,
    detail: string,
  ) {
    super(`${route} answered ${status}${detail === '' ? '' : `: ${detail}`}`);
  }
}

export interface ApiCall {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly bearer?: string;
  readonly apiKey?: string;
  readonly origin?: string;
  readonly visitorToken?: string;
}

/**
 * One JSON call, as a browser or an operator makes it.
 * @returns the answer's body
 * @throws ApiFailure when the status is not 2xx
 */
export async function callApi<T>(url: string, call: ApiCall = {}): Promise<T> {
  const method = call.method ?? (call.body === undefined ? 'GET' : 'POST');
  const answer = await fetch(url, {
    method,
    headers: {
      ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(call.bearer === undefined ? {} : { Authorization: `Bearer ${call.bearer}` }),
      ...(call.apiKey === undefined ? {} : { 'X-Api-Key': call.apiKey }),
      ...(call.origin === undefined ? {} : { Origin: call.origin }),
      ...(call.visitorToken === undefined ? {} : { 'X-Visitor-Token': call.visitorToken }),
    },
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new ApiFailure(answer.status, `${method} ${new URL(url).pathname}`, messageOf(text));
  }
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function messageOf(text: string): string {
  try {
    const body = JSON.parse(text) as { message?: unknown; errors?: unknown };
    const errors = body.errors === undefined ? '' : ` ${JSON.stringify(body.errors)}`;
    return `${typeof body.message === 'string' ? body.message : ''}${errors}`;
  } catch {
    return '';
  }
}
