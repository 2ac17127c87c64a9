import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientLedger } from './client-ledger.js';
import type { Random } from './random.js';
import type { World } from './world.js';

/** An answer; `status` is null when it was lost on the way. */
export interface PluginAnswer {
  readonly status: number | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly problem: string | null;
}

export interface PluginCall {
  readonly route: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  /** Sent as `text/plain` instead of a JSON body. */
  readonly text?: string;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest that the answer is waited for; then the page is gone. */
  readonly patienceMs?: number;
}

/** Longest a plugin waits for one answer: a start may wait 30 s for the first one's answer. */
const ANSWER_MS = 40_000;

/** Pause before a request whose answer was lost or "later" is sent again. */
const AGAIN_MS = 150;

/** The HTTP side of one plugin: any replica for any request, and every answer written down. */
export class PluginClient {
  private next: number;

  constructor(
    readonly world: World,
    private readonly ledger: ClientLedger,
    random: Random,
    readonly tag: string,
  ) {
    this.next = random.between(0, 1000);
  }

  /** One request to the replica whose turn it is. */
  async send(call: PluginCall): Promise<PluginAnswer> {
    this.next += 1;
    const { replicas } = this.world;
    const { url } = this.world.replica(this.next % replicas.length);
    const began = Date.now();
    const answer = await exchange(url, this.world.origin, call);
    this.ledger.requests.push({
      tag: this.tag,
      route: call.route,
      atMs: began,
      tookMs: Date.now() - began,
      status: answer.status,
      hasRetryAfter: answer.hasRetryAfter,
      problem: answer.problem,
    });
    return answer;
  }

  /** Sends it again until there is an answer that says more than "later", at most for so long. */
  async insist(call: PluginCall, forMs: number): Promise<PluginAnswer> {
    const deadline = Date.now() + forMs;
    for (;;) {
      const answer = await this.send(call);
      const isLater = answer.status === null || [429, 502, 503, 504].includes(answer.status);
      if (!isLater || answer.problem === 'start_unresolved') return answer;
      if (Date.now() + AGAIN_MS > deadline) return answer;
      await sleep(AGAIN_MS);
    }
  }
}

async function exchange(url: string, origin: string, call: PluginCall) {
  const isText = call.text !== undefined;
  const body = isText ? call.text : JSON.stringify(call.body ?? {});
  const method = call.method ?? 'POST';
  try {
    const answer = await fetch(`${url}/v1/${call.route}`, {
      method,
      headers: {
        Origin: origin,
        ...(method === 'GET' ? {} : { 'Content-Type': isText ? 'text/plain' : 'application/json' }),
        ...(call.bearer === undefined ? {} : { Authorization: `Bearer ${call.bearer}` }),
        ...call.headers,
      },
      body: method === 'GET' ? undefined : body,
      signal: AbortSignal.timeout(call.patienceMs ?? ANSWER_MS),
    });
    const text = await answer.text();
    const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return {
      status: answer.status,
      data: (parsed['data'] ?? {}) as Record<string, unknown>,
      problem: problemOf(parsed),
      hasRetryAfter: answer.headers.has('retry-after'),
    };
  } catch {
    return { status: null, data: {}, problem: null, hasRetryAfter: false };
  }
}

function problemOf(body: Readonly<Record<string, unknown>>): string | null {
  const { type } = body;
  return typeof type === 'string' ? type.replace('urn:problem:', '') : null;
}
