import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { AdminSessionDto, LifeDto, OpeningDto, OverviewDto, SessionGroup } from '#contracts';
import { BOARD_POLICY } from '../../../libs/platform/src/board/board-policy.js';
import { type BoardPage, readBoard } from '../../../libs/platform/src/board/read-board.js';
import { projectRoot } from '../../stack/project-root.js';
import { until } from '../../support/until.js';
import { aBill, anOpening, anOverview, aUsage } from '../../support/board-samples.js';

export const TOKEN = 'a-token-of-the-stand-in';

/** A call of the board as it came. */
export interface BoardCall {
  readonly method: string;
  /** Behind `/api/v1/admin/`, with its query. */
  readonly path: string;
  readonly body: unknown;
}

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Script = (call: BoardCall) => Answer | null | Promise<Answer | null>;

/** What the board asks for and what it is told: any data, and any failure, at its own origin. */
export class BoardStandIn {
  readonly calls: BoardCall[] = [];
  /** Files that were asked for, by their whole URLs. */
  readonly loaded: string[] = [];
  token = TOKEN;
  overview: OverviewDto = anOverview({}, Date.now());
  readonly sessions: Record<SessionGroup, AdminSessionDto[]> = {
    live: [],
    waiting: [],
    parked: [],
  };
  lives: LifeDto[] = [];
  usage = aUsage();
  bills = [aBill()];
  /** What takes the place of an answer; null leaves it. */
  script: Script = () => null;
  isCut = false;
  /** Calls that are not answered yet. */
  private open = 0;

  private constructor(
    private readonly server: Server,
    private readonly board: BoardPage,
    private readonly folder: string,
  ) {}

  static async start(): Promise<BoardStandIn> {
    const folder = await mkdtemp(join(tmpdir(), 'board-'));
    execFileSync(process.execPath, [join(projectRoot, 'apps', 'board', 'build.mjs'), folder]);
    const board = await readBoard(join(folder, 'gateway'));
    if (board === null) throw new Error('the board was not built whole');
    const server = createServer((request, response) => void standIn.answer(request, response));
    const standIn: BoardStandIn = new BoardStandIn(server, board, folder);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** As it was at first, with nothing to show but this. */
  reset(overview: OverviewDto): void {
    this.calls.length = 0;
    this.loaded.length = 0;
    this.token = TOKEN;
    this.overview = overview;
    Object.assign(this.sessions, { live: [], waiting: [], parked: [] });
    this.lives = [];
    this.usage = aUsage();
    this.bills = [aBill()];
    this.script = () => null;
    this.isCut = false;
  }

  /** Waits until a turn that has begun since `from` calls is answered. */
  async untilAnswered(from: number): Promise<void> {
    await until('a turn is answered', async () => {
      const isAsked = this.calls.slice(from).some(({ path }) => path === 'overview');
      return isAsked && this.open === 0;
    });
  }

  callsOf(method: string, start = ''): BoardCall[] {
    return this.calls.filter((call) => call.method === method && call.path.startsWith(start));
  }

  setOpening(opening: Partial<OpeningDto>): void {
    this.overview = { ...this.overview, opening: anOpening(opening) };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.folder, { recursive: true });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    if (!url.startsWith('/api/v1/admin/')) return this.serve(url, response);
    if (this.isCut) return void request.socket.destroy();
    const raw = await text(request);
    const path = url.slice('/api/v1/admin/'.length);
    const call: BoardCall = { method, path, body: raw === '' ? undefined : JSON.parse(raw) };
    this.calls.push(call);
    this.open += 1;
    response.once('close', () => (this.open -= 1));
    const isKnown = request.headers.authorization === `Bearer ${this.token}`;
    const told = isKnown ? ((await this.script(call)) ?? this.tell(call)) : NOT_KNOWN;
    const { status = 200, body = {}, headers = {} } = told;
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  }

  private serve(url: string, response: ServerResponse): void {
    this.loaded.push(url);
    const file = url === '/board' ? this.board.page : this.board.assets.get(url.slice(7));
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, {
      'Content-Type': file.type,
      'Content-Security-Policy': BOARD_POLICY,
      'Cache-Control': 'no-store',
    });
    response.end(file.content);
  }

  private tell({ method, path, body }: BoardCall): Answer {
    const { pathname, searchParams } = new URL(path, 'http://stand-in/');
    const [, what = '', about = '', order = ''] = pathname.split('/');
    if (what === 'overview') return { body: this.overview };
    if (what === 'sessions' && method === 'GET') return { body: this.page(searchParams) };
    if (what === 'sessions') return this.order(about, order);
    if (what === 'life') return { body: { items: this.lives, more: false } };
    if (what === 'stops') return this.stop(body as { expected: number });
    if (what === 'opening' && method === 'PUT') {
      this.setOpening({ ...(body as OpeningDto), by: 'anna', setAt: new Date().toISOString() });
    }
    if (what === 'opening') return { body: this.overview.opening };
    if (what === 'usage') return { body: this.usage };
    if (what !== 'reconciliations') return problem(404, 'not_found', 'There is nothing here.');
    if (about === '') return { body: { items: this.bills } };
    return { body: this.bills.find(({ day }) => day === about) ?? this.bills[0] };
  }

  private page(query: URLSearchParams): object {
    const group = (query.get('group') ?? 'live') as SessionGroup;
    const account = query.get('accountId');
    const all = this.sessions[group].filter(
      ({ accountId }) => account === null || accountId === account,
    );
    const from = Number(query.get('cursor') ?? 0);
    const to = from + Number(query.get('limit') ?? 50);
    return { items: all.slice(from, to), nextCursor: to < all.length ? String(to) : null };
  }

  private order(id: string, order: string): Answer {
    const all = [...Object.values(this.sessions).flat(), ...this.lives.map((life) => life.session)];
    const session = all.find((each) => each.id === decodeURIComponent(id));
    if (session === undefined) return problem(404, 'not_found', 'There is nothing here.');
    if (order === 'stop') session.state = 'stopping';
    if (order === 'release') {
      session.state = 'final';
      this.sessions.parked = this.sessions.parked.filter((each) => each !== session);
    }
    return { body: session };
  }

  private stop({ expected }: { readonly expected: number }): Answer {
    const { live } = this.sessions;
    if (expected !== live.length) {
      const message = `Live now: ${live.length}. Another number was expected, so none was stopped.`;
      return problem(409, 'count_differs', message);
    }
    for (const session of live) session.state = 'stopping';
    return { body: { stopped: live.length, failed: 0 } };
  }
}

/** A refusal in the shape of both apps. */
export function problem(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body: { type: `urn:problem:${code}`, status, message }, headers };
}

const NOT_KNOWN = problem(
  401,
  'token_invalid',
  'This route takes an admin token as Authorization: Bearer; no key of an account and no other token opens it.',
);
