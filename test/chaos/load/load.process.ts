import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import {
  CALLS_A_TOKEN,
  type Flood,
  type LoadOrder,
  type LoadReport,
  type LoadRow,
  type LoadTarget,
  type Measure,
} from './load.js';
import { OwnDelay } from './own-delay.js';

/** How often calls that are due are made. */
const TICK_MS = 5;

/** How often the process itself is asked whether it is there, which needs no database. */
const HEALTH_MS = 200;

/** Nobody waits longer. */
const PATIENCE_MS = 30_000;

/** Longest that a call may be under way, which says how many connections are needed. */
const UNDER_WAY_SECONDS = 3;

// Nobody waits for a connection: that would bound what is under way.
const dispatcher = new Agent({ pipelining: 1, headersTimeout: PATIENCE_MS });

type What = Pick<LoadRow, 'route' | 'talk' | 'key' | 'text'>;

/** Makes the calls of one order, in a process of its own so that it does not wait with whoever is loaded. */
class Load {
  readonly rows: LoadRow[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private count = 0;

  constructor(
    private readonly name: string,
    private readonly target: LoadTarget,
  ) {}

  async measure({ parallel, ms }: Measure): Promise<void> {
    const endMs = performance.now() + ms;
    const work = async (): Promise<void> => {
      while (performance.now() < endMs) await this.next();
    };
    await Promise.all(Array.from({ length: parallel }, work));
  }

  async flood({ callsPerSecond, ms }: Flood): Promise<void> {
    await this.connect(callsPerSecond * UNDER_WAY_SECONDS);
    const fromMs = performance.now();
    let made = 0;
    let asked = 0;
    for (let now = 0; now < ms; now = performance.now() - fromMs) {
      for (; made < (now / 1000) * callsPerSecond; made += 1) this.track(this.next());
      for (; asked < now / HEALTH_MS; asked += 1) this.track(this.health());
      await sleep(TICK_MS);
    }
    await Promise.all(this.underWay);
  }

  /**
   * Opens connections, as a balancer has them: a busy process takes one new one in each turn of its
   * event loop, so that calls would wait where nobody sees them.
   */
  private async connect(count: number): Promise<void> {
    const asking = Array.from({ length: Math.ceil(count) }, () =>
      this.exchange('/health/live', {}),
    );
    await Promise.all(asking);
  }

  private track(call: Promise<void>): void {
    this.underWay.add(call);
    void call.finally(() => this.underWay.delete(call));
  }

  private next(): Promise<void> {
    this.count += 1;
    return this.count % CALLS_A_TOKEN === 0 ? this.token() : this.message();
  }

  private token(): Promise<void> {
    const { apiKeys } = this.target;
    const key = apiKeys[this.count % apiKeys.length] ?? '';
    return this.call({ route: 'token' }, '/v1/sessions/token', { 'x-api-key': key }, {});
  }

  private message(): Promise<void> {
    const { talks } = this.target;
    const talk = this.count % talks.length;
    const { sessionId = '', token = '' } = talks[talk] ?? {};
    const key = randomUUID();
    const text = `words ${this.name}#${this.count}`;
    return this.call(
      { route: 'message', talk, key, text },
      '/v1/streaming.avatar_message',
      { authorization: `Bearer ${token}` },
      { session_id: sessionId, role: 'user', text, message_id: key },
    );
  }

  private health(): Promise<void> {
    return this.call({ route: 'health' }, '/health/live', {});
  }

  private async call(
    what: What,
    path: string,
    headers: Readonly<Record<string, string>>,
    json?: unknown,
  ): Promise<void> {
    const atMs = Date.now();
    const fromMs = performance.now();
    const answer = await this.exchange(path, headers, json);
    const tookMs = Math.round(performance.now() - fromMs);
    this.rows.push({ ...what, atMs, tookMs, ...answer });
  }

  private async exchange(path: string, more: Readonly<Record<string, string>>, json?: unknown) {
    const { url, origin } = this.target;
    try {
      const answer = await request(`${url}${path}`, {
        dispatcher,
        method: json === undefined ? 'GET' : 'POST',
        headers: { origin, 'content-type': 'application/json', ...more },
        body: json === undefined ? null : JSON.stringify(json),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const { statusCode: status, headers } = answer;
      const body = (await answer.body.json()) as Readonly<Record<string, unknown>>;
      const problem = status < 400 ? null : String(body['type']).replace('urn:problem:', '');
      return { status, problem, hasRetryAfter: headers['retry-after'] !== undefined };
    } catch {
      return { status: null, problem: null, hasRetryAfter: false };
    }
  }
}

process.on('message', ({ name, target, load }: LoadOrder) => {
  void (async () => {
    const made = new Load(name, target);
    const delay = new OwnDelay();
    if (load.kind === 'measure') await made.measure(load);
    else await made.flood(load);
    const report: LoadReport = { rows: made.rows, ownDelayMs: delay.stop() };
    process.send?.(report);
  })();
});
// It waits for its next order.
process.channel?.ref();
