import type { LedgerRow } from './ledger.js';
import type { SimulatorSettings } from './settings.js';

/** A session as the ledger shows it; times are ISO strings of the simulator's clock. */
export interface LedgerSession {
  sessionId: string;
  state: 'minted' | 'active' | 'ended';
  mintedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  endReason: string | null;
  billedSeconds: number;
  credits: number;
  starts: number;
  stops: number;
  keepAlives: number;
  lines: number;
  request: unknown;
}

/** A line as it was spoken. */
export interface SpokenLine {
  role: 'user' | 'avatar';
  text: string;
  at: string;
  raw?: unknown;
}

/** Counts that are cheap to ask for, however long the ledger is. */
export interface LedgerSummary {
  requests: number;
  byRoute: Record<string, number>;
  byStatus: Record<string, number>;
  sessions: { known: number; active: number; ended: number };
  activeSessionIds: string[];
  totalBilledSeconds: number;
  creditsSpent: number;
}

/** The control routes of a running simulator, for tests; every method throws on a refusal. */
export class SimulatorControl {
  constructor(private readonly url: string) {}

  ledger(query = ''): Promise<{ requests: LedgerRow[]; sessions: LedgerSession[] }> {
    return this.call('GET', `ledger${query}`);
  }

  /** Sessions of the legacy vendor that run. */
  async streams(): Promise<{ id: string }[]> {
    type Row = { readonly id: string; readonly endedAtMs: number | null };
    const { sessions } = await this.call<{ sessions: Row[] }>('GET', 'heygen/sessions');
    return sessions.filter(({ endedAtMs }) => endedAtMs === null);
  }

  summary(): Promise<LedgerSummary> {
    return this.call('GET', 'ledger/summary');
  }

  session(id: string): Promise<LedgerSession & { transcript: SpokenLine[] }> {
    return this.call('GET', `sessions/${id}`);
  }

  set(settings: Partial<SimulatorSettings>): Promise<SimulatorSettings> {
    return this.call('PATCH', 'settings', settings);
  }

  reset(): Promise<unknown> {
    return this.call('POST', 'reset');
  }

  advance(seconds: number): Promise<{ now: string }> {
    return this.call('POST', 'clock', { advanceSeconds: seconds });
  }

  fault(fault: Record<string, unknown>): Promise<{ id: string }> {
    return this.call('POST', 'faults', fault);
  }

  waitingFaults(): Promise<{ faults: { route: string; kind: string }[] }> {
    return this.call('GET', 'faults');
  }

  clearFaults(): Promise<unknown> {
    return this.call('DELETE', 'faults');
  }

  async say(
    id: string,
    role: 'user' | 'avatar',
    text: string,
    secondsAgo = 0,
  ): Promise<SpokenLine[]> {
    const body = { role, text, secondsAgo };
    const answer = await this.call<{ lines: SpokenLine[] }>('POST', `sessions/${id}/say`, body);
    return answer.lines;
  }

  addRawLines(id: string, lines: unknown[], keepOrder = false): Promise<{ lines: number }> {
    return this.call('POST', `sessions/${id}/lines`, { lines, keepOrder });
  }

  /** The vendor corrects its record: these lines, and no others. */
  replaceLines(id: string, lines: unknown[]): Promise<{ lines: number }> {
    return this.call('POST', `sessions/${id}/lines`, { lines, replace: true });
  }

  /** Sessions that others had with the same key and that are over. */
  async enter(
    sessions: readonly {
      readonly id?: string;
      readonly startedAt: Date;
      readonly endedAt: Date;
      readonly credits?: number;
    }[],
  ): Promise<string[]> {
    const { ids } = await this.call<{ ids: string[] }>('POST', 'sessions', { sessions });
    return ids;
  }

  end(id: string, reason: string): Promise<LedgerSession> {
    return this.call('POST', `sessions/${id}/end`, { reason });
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/_control/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = (await response.json()) as T & { error?: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.error}`);
    return answer;
  }
}
