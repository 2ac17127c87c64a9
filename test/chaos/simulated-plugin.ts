import { randomUUID } from 'node:crypto';
import type { ClientLedger, ClientSession, Ending, ReportedTurn } from './client-ledger.js';
import { PluginClient, type PluginAnswer } from './plugin-client.js';
import type { Random } from './random.js';
import type { Account, World } from './world.js';

export interface PluginOptions {
  readonly account: Account;
  readonly tag: string;
  /** A conversation of its own when missing; null for a session without one. */
  readonly conversationId?: string | null;
  /** How long the vendor may go on after the plugin ended the session. */
  readonly stopBudgetMs: number | null;
  /** Longest that one thing the plugin wants is tried for. */
  readonly patienceMs?: number;
}

type Role = ReportedTurn['role'];

/** A browser with the chat plugin, which keeps book of everything it was promised. */
export class SimulatedPlugin {
  readonly client: PluginClient;
  /** The session that runs now. */
  session: ClientSession | null = null;
  private readonly conversationId: string | null;
  private readonly patienceMs: number;
  private sequence = 0;

  constructor(
    private readonly world: World,
    private readonly ledger: ClientLedger,
    private readonly random: Random,
    private readonly options: PluginOptions,
  ) {
    this.client = new PluginClient(world, ledger, random, options.tag);
    const { conversationId } = options;
    this.conversationId = conversationId === undefined ? `c-${options.tag}` : conversationId;
    this.patienceMs = options.patienceMs ?? 15_000;
  }

  /**
   * Asks for a token; the same question again until somebody answers. Half of the pages send no key:
   * their repeats are known by the conversation.
   */
  async askToken(): Promise<PluginAnswer> {
    const hasKey = this.conversationId === null || this.random.chance(0.5);
    let key = hasKey ? randomUUID() : null;
    const deadline = Date.now() + this.patienceMs;
    for (let running = 0; ; running += 1) {
      const answer = await this.client.insist(this.tokenCall(key), this.patienceMs);
      if (answer.status === 200) this.remember(answer);
      const isOfDead = answer.problem === 'session_ended';
      const isRunning = answer.problem === 'idempotency_running';
      if ((!isOfDead && !isRunning) || Date.now() > deadline) return answer;
      // Whoever held this key has died: the visitor reloads the page.
      if (key !== null && (isOfDead || running > 3)) key = randomUUID();
    }
  }

  /** One token request with a key, and no second try. */
  async tryToken(key: string): Promise<PluginAnswer> {
    return this.client.send(this.tokenCall(key));
  }

  /** One start request, and no second try. */
  async tryStart(): Promise<PluginAnswer> {
    const answer = await this.client.send({ route: 'sessions/start', bearer: this.token });
    this.noteStart(answer);
    return answer;
  }

  /** Token and start; a start that was undone begins again. False when there was no session. */
  async open(): Promise<boolean> {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      if ((await this.askToken()).status !== 200) return false;
      const call = { route: 'sessions/start', bearer: this.token };
      const answer = await this.client.insist(call, this.patienceMs);
      this.noteStart(answer);
      if (answer.status === 201) return true;
      this.end('abandoned');
    }
    return false;
  }

  /** Reports a turn until it is acknowledged or refused. */
  async post(role: Role, text = this.words(), stamped = this.random.chance(0.5)): Promise<boolean> {
    const { session } = this;
    if (session === null) return false;
    const turn: ReportedTurn = {
      key: randomUUID(),
      role,
      text,
      sentAtMs: Date.now(),
      ackedAtMs: null,
    };
    session.turns.push(turn);
    const answer = await this.client.insist(
      {
        route: 'streaming.avatar_message',
        bearer: session.token,
        body: {
          session_id: session.sessionId,
          role,
          text,
          message_id: turn.key,
          ...(stamped ? { timestamp: turn.sentAtMs } : {}),
        },
      },
      this.patienceMs,
    );
    if (answer.status === 200) turn.ackedAtMs = Date.now();
    return answer.status === 200;
  }

  /** Words in the room, which the page does not see. */
  async hear(role: Role, text = this.words()): Promise<void> {
    if (this.session === null) return;
    // A session that has just been ended by somebody else takes no more words.
    await this.world.control.say(this.session.sessionId, role, text).catch(() => undefined);
  }

  /** Words in the room that the page reports as well: two sources of one turn. */
  async both(role: Role): Promise<void> {
    const text = this.words();
    await this.hear(role, text);
    await this.post(role, text, true);
  }

  async keepAlive(nextWithinSeconds?: number): Promise<PluginAnswer> {
    const promise = nextWithinSeconds === undefined ? {} : { next_within_s: nextWithinSeconds };
    return this.client.send({
      route: 'sessions/keep-alive',
      bearer: this.token,
      body: promise,
    });
  }

  view(): Promise<PluginAnswer> {
    const id = this.session?.sessionId ?? '';
    return this.client.send({ route: `sessions/${id}`, method: 'GET', bearer: this.token });
  }

  /** Asks until somebody has taken the stop; the ending counts from then on. */
  async stop(): Promise<PluginAnswer> {
    const deadline = Date.now() + this.patienceMs;
    for (;;) {
      const atMs = Date.now();
      const answer = await this.client.send({ route: 'sessions/stop', bearer: this.token });
      if (answer.status === 200) this.end('stopped', atMs);
      if (answer.status === 200 || Date.now() > deadline) return answer;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** The beacon of a page that closes; it is sent again until it arrived. */
  async leave(): Promise<PluginAnswer> {
    const call = { route: 'sessions/leave', text: this.token };
    const answer = await this.client.insist(call, this.patienceMs);
    if (answer.status === 202) this.end('left');
    return answer;
  }

  /** Starts, stops or leaves once, as a page that is gone soon and hears of nothing. */
  tryInPassing(what: 'start' | 'stop' | 'leave', patienceMs: number): Promise<PluginAnswer> {
    const token = what === 'leave' ? { text: this.token } : { bearer: this.token };
    return this.client.send({ route: `sessions/${what}`, ...token, patienceMs });
  }

  /** Notes how the session ended; the first ending counts. */
  end(how: Ending['how'], atMs = Date.now()): void {
    if (this.session) this.session.ending ??= { how, atMs };
  }

  words(): string {
    this.sequence += 1;
    return `words ${this.options.tag}#${this.sequence}`;
  }

  private get token(): string {
    return this.session?.token ?? '';
  }

  private tokenCall(key: string | null) {
    const { apiKey } = this.options.account;
    return {
      route: 'sessions/token',
      body: this.conversationId === null ? {} : { conversation_id: this.conversationId },
      headers: { 'X-Api-Key': apiKey, ...(key === null ? {} : { 'Idempotency-Key': key }) },
    };
  }

  /** Takes over the session of a token answer. */
  remember({ data }: PluginAnswer): ClientSession {
    const sessionId = String(data['session_id']);
    const known = this.ledger.sessions.find((session) => session.sessionId === sessionId);
    const { account, tag, stopBudgetMs } = this.options;
    this.session = known ?? {
      tag,
      account,
      conversationId: this.conversationId,
      sessionId,
      token: String(data['session_token']),
      openedAtMs: Date.now(),
      isStarted: false,
      turns: [],
      ending: null,
      stopBudgetMs,
    };
    if (!known) this.ledger.sessions.push(this.session);
    return this.session;
  }

  private noteStart(answer: PluginAnswer): void {
    if (this.session && answer.status === 201) this.session.isStarted = true;
  }
}
