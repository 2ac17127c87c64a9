import { Injectable } from '@nestjs/common';
import { dayNamed, type Period } from '#contracts';
import { failPoint } from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import type { ListedSession, ListKind, Vendor, VendorBooks } from '../vendors/vendor.js';
import { BillCorrectionService } from './bill-correction.service.js';
import { readList } from './read-list.js';
import { type OurSession, type Report, ReportDraft, type TheirSession } from './report.js';
import { instantOf } from './verdict.js';

/**
 * How much earlier than the day its sessions may have begun at the vendor, by whose beginnings its list
 * may be in order or by whose ends: no session lasts longer.
 */
const OVERLAP_MS = 86_400_000;

/** How much later a vendor's clock may be. */
const CLOCKS_APART_MS = 3_600_000;

/** Sessions looked up in one go: some pages. */
const GROUP = 500;

/** A vendor that tells of its bills. */
export type VendorWithBooks = Vendor & { readonly books: VendorBooks };

/** One day that is being compared. */
interface Comparison {
  readonly vendor: VendorWithBooks;
  readonly period: Period;
  /** The end of the day, or what is now where it is not over. */
  readonly until: Date;
  readonly draft: ReportDraft;
  /** Ids that the vendor lists: of all that a day costs, the only thing that is kept at once. */
  readonly listed: Set<string>;
  readonly signal: AbortSignal;
}

/** Compares one day of a vendor's list with our records. */
@Injectable()
export class ReportMakerService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly corrections: BillCorrectionService,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * @param day `2026-11-26`, in UTC
   * @param signal ends the reading
   * @throws AvatarError what the vendor fails with: half a list makes no report
   */
  async make(vendor: VendorWithBooks, day: string, signal: AbortSignal): Promise<Report> {
    const madeAt = this.clock.now();
    const period = dayNamed(day, 'UTC');
    const until = period.to < madeAt ? period.to : madeAt;
    const draft = new ReportDraft();
    const comparison = { vendor, period, until, draft, listed: new Set<string>(), signal };
    // What runs first: what ends meanwhile is listed by the other one.
    const running = await this.listRunning(comparison);
    for await (const group of inGroups(this.read(comparison, 'historic'))) {
      await this.compare(comparison, group, false);
    }
    for await (const group of inGroups([[...running.values()]])) {
      await this.compare(comparison, group, true);
    }
    await this.addUnlisted(comparison);
    return draft.finish({ day, vendor: vendor.name, madeAt });
  }

  /** As many as run at once, which the vendor's plan bounds. */
  private async listRunning(comparison: Comparison): Promise<Map<string, ListedSession>> {
    const running = new Map<string, ListedSession>();
    for await (const page of this.read(comparison, 'active')) {
      for (const entry of page) running.set(entry.id, entry);
    }
    return running;
  }

  private async *read(
    { vendor, period, signal }: Comparison,
    kind: ListKind,
  ): AsyncGenerator<readonly ListedSession[]> {
    const earliest = period.from.getTime() - OVERLAP_MS;
    const latest = period.to.getTime() + CLOCKS_APART_MS;
    const isBehind = ({ createdAt }: ListedSession): boolean => createdAt.getTime() < earliest;
    for await (const page of readList(vendor.books, kind, { isBehind, signal })) {
      await failPoint('reconcile.pageRead');
      yield page.filter((entry) => !isBehind(entry) && entry.createdAt.getTime() < latest);
    }
  }

  private async compare(
    comparison: Comparison,
    entries: readonly ListedSession[],
    isRunning: boolean,
  ): Promise<void> {
    const { vendor, listed, draft } = comparison;
    const fresh = entries.filter(({ id }) => !listed.has(id));
    if (fresh.length === 0) return;
    for (const { id } of fresh) listed.add(id);
    const records = await this.sessions.listByVendorIds(fresh.map(({ id }) => id));
    const known = new Map(
      records.flatMap((record) =>
        record.vendor === vendor.name ? [[record.vendorSessionId, record]] : [],
      ),
    );
    for (const entry of fresh) {
      const record = known.get(entry.id) ?? null;
      const theirs: TheirSession = { ...entry, isRunning };
      if (!isMeant(instantOf(record, theirs), comparison)) continue;
      const ours = record && !isRunning ? await this.corrections.fillIn(record, entry) : record;
      draft.add(ours, theirs);
    }
  }

  /** Our sessions of the day that the vendor has not listed. */
  private async addUnlisted({ vendor, period, until, listed, draft, signal }: Comparison) {
    const found = this.sessions.readStartedAt(vendor.name, period.from, until);
    for await (const ours of found) {
      signal.throwIfAborted();
      const { vendorSessionId } = ours;
      const isListed = vendorSessionId !== null && listed.has(vendorSessionId);
      if (!isListed) draft.add(ours satisfies OurSession, null);
    }
  }
}

type Pages = AsyncIterable<readonly ListedSession[]> | Iterable<readonly ListedSession[]>;

/** The same sessions, so many in one go. */
async function* inGroups(pages: Pages): AsyncGenerator<readonly ListedSession[]> {
  let waiting: ListedSession[] = [];
  for await (const page of pages) {
    waiting.push(...page);
    for (; waiting.length >= GROUP; waiting = waiting.slice(GROUP)) yield waiting.slice(0, GROUP);
  }
  if (waiting.length > 0) yield waiting;
}

function isMeant(at: Date, { period, until }: Comparison): boolean {
  return at >= period.from && at < until;
}
