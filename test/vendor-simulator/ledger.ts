/** Which credential decided a request. */
export type CredentialKind = 'api-key' | 'bearer' | 'none' | 'wrong';

/** One request a vendor route received. `status` is null while (or if) no answer went out. */
export interface LedgerRow {
  seq: number;
  at: string;
  method: string;
  path: string;
  route: string;
  credential: CredentialKind;
  status: number | null;
  sessionId?: string;
  fault?: string;
  /** What the vendor would have answered, when a fault spoilt the answer of a request carried out. */
  effectStatus?: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Restricts what GET /_control/ledger returns. */
export interface LedgerFilter {
  /** Only rows with a greater `seq`. */
  since: number;
  limit: number;
  route: string | null;
  sessionId: string | null;
}

const CREDENTIAL_HEADERS = new Set(['authorization', 'x-api-key', 'cookie']);

/** Headers as kept in the ledger: names and values, but a credential's value is left out. */
export function recordableHeaders(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    kept[name] = CREDENTIAL_HEADERS.has(name) ? '(not kept)' : String(value);
  }
  return kept;
}

/** Every request in order, with running counts so that a summary costs nothing. */
export class RequestLedger {
  private readonly rows: LedgerRow[] = [];
  private readonly byRoute = new Map<string, number>();
  private readonly byStatus = new Map<string, number>();

  /** Records an arriving request; the row is completed by `answered`. */
  open(row: Omit<LedgerRow, 'seq' | 'status'>): LedgerRow {
    const complete: LedgerRow = { ...row, seq: this.rows.length + 1, status: null };
    this.rows.push(complete);
    this.byRoute.set(row.route, (this.byRoute.get(row.route) ?? 0) + 1);
    return complete;
  }

  /** Notes the status that was sent; to be called once a row. */
  answered(row: LedgerRow, status: number): void {
    row.status = status;
    this.byStatus.set(String(status), (this.byStatus.get(String(status)) ?? 0) + 1);
  }

  /** Rows in order of arrival. */
  list(filter: LedgerFilter): LedgerRow[] {
    const found: LedgerRow[] = [];
    for (
      let index = filter.since;
      index < this.rows.length && found.length < filter.limit;
      index++
    ) {
      const row = this.rows[index];
      if (row === undefined) break;
      if (filter.route !== null && row.route !== filter.route) continue;
      if (filter.sessionId !== null && row.sessionId !== filter.sessionId) continue;
      found.push(row);
    }
    return found;
  }

  /** Number of requests in all, by route and by status. */
  counts(): {
    requests: number;
    byRoute: Record<string, number>;
    byStatus: Record<string, number>;
  } {
    return {
      requests: this.rows.length,
      byRoute: Object.fromEntries(this.byRoute),
      byStatus: Object.fromEntries(this.byStatus),
    };
  }
}
