import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AccountsService } from '../../accounts/accounts.service.js';
import type { ConversationRemovalService } from '../conversation-removal.service.js';
import type { ConversationErasureService } from '../conversation-erasure.service.js';
import type { ErasureOrdersService } from '../orders/erasure-orders.service.js';
import type { ErasureService } from '../erasure.service.js';
import { ExpiryService } from './expiry.service.js';
import type { UnseenPosition, VisitorRemovalRepository } from '../visitor-removal.repository.js';
import { RetentionService } from './retention.service.js';

const NOW = new Date('2026-01-01T00:00:00Z');
const MIB = 1024 * 1024;
/** Removals before which memory is looked at. */
const LOOKS_AT = [10, 300, 600, 900];

/** A million visitors are minutes of work on a machine that others keep busy. */
const TIMEOUT_MS = 300_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that something still needs: what waits for the collector says nothing about the sweep. */
function inUse(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

const idOf = (index: number) => `v-${index}`;
const indexOf = (id: unknown) => Number(String(id).slice(2));

/** Visitors of whom nothing is stored but how many there are: their ids are made when asked for. */
class CountedVisitors {
  /** Accounts in the order in which some of theirs were removed. */
  readonly removals: { readonly accountId: string; readonly count: number }[] = [];
  mostAtOnce = 0;
  /** Most that was in use when the collector had just been, of a few times in the sweep. */
  mostBytes = 0;
  private readonly removed = new Map<string, number>();

  private readonly looks = new Set(LOOKS_AT);

  constructor(private readonly counts: Readonly<Record<string, number>>) {}

  left(accountId: string): number {
    return (this.counts[accountId] ?? 0) - (this.removed.get(accountId) ?? 0);
  }

  async listUnseen(accountId: string, _before: Date, behind: UnseenPosition | null, limit: number) {
    await nextTurn();
    const from = behind ? indexOf(behind.id) + 1 : 0;
    const count = Math.max(0, Math.min(limit, (this.counts[accountId] ?? 0) - from));
    this.mostAtOnce = Math.max(this.mostAtOnce, count);
    return Array.from({ length: count }, (_unused, index) => ({
      id: idOf(from + index),
      lastSeenAt: new Date(from + index),
    }));
  }

  async removeUnseen(accountId: string, ids: readonly unknown[]): Promise<number> {
    await nextTurn();
    this.removed.set(accountId, (this.removed.get(accountId) ?? 0) + ids.length);
    if (this.looks.has(this.removals.length)) this.mostBytes = Math.max(this.mostBytes, inUse());
    if (ids.length > 0) this.removals.push({ accountId, count: ids.length });
    return ids.length;
  }
}

function retentionOf(counts: Readonly<Record<string, number>>) {
  const visitors = new CountedVisitors(counts);
  const removal = {
    markIdleSince: async () => ({ found: 0, marked: 0 }),
    visitorsWithAny: async () => new Set<string>(),
  };
  const expiry = new ExpiryService(
    removal as unknown as ConversationRemovalService,
    { removeSomeMarked: async () => true } as unknown as ConversationErasureService,
    visitors as unknown as VisitorRemovalRepository,
    { orderVisitors: async () => undefined } as unknown as ErasureOrdersService,
  );
  const listed = Object.keys(counts).map((id) => ({ id, retentionDays: 30 }));
  const retention = new RetentionService(
    { listWithRetention: async () => listed } as unknown as AccountsService,
    { resume: async () => undefined } as unknown as ErasureService,
    expiry,
  );
  return { retention, visitors };
}

describe('retention of an account with a million old visitors', () => {
  it(
    'takes turns with the others, a thousand visitors at a time, in little memory',
    async () => {
      const counts = { flooded: 1_000_000, one: 50, two: 2_500, three: 999 };
      const { retention, visitors } = retentionOf(counts);
      const before = inUse();
      await retention.sweep(NOW);
      for (const accountId of Object.keys(counts)) expect(visitors.left(accountId)).toBe(0);
      expect(visitors.mostAtOnce).toBe(1_000);
      expect(Math.max(...visitors.removals.map(({ count }) => count))).toBe(1_000);
      // Three rounds are what the largest of the others takes by itself.
      const rounds = (accountId: string) => {
        const last = visitors.removals.findLastIndex((each) => each.accountId === accountId);
        const ofFlooded = visitors.removals.slice(0, last).filter(isFlooded);
        return ofFlooded.length;
      };
      expect(['one', 'two', 'three'].map(rounds)).toEqual([1, 3, 1]);
      expect(visitors.mostBytes).toBeGreaterThan(0);
      expect((visitors.mostBytes - before) / MIB).toBeLessThan(50);
    },
    TIMEOUT_MS,
  );
});

function isFlooded({ accountId }: { readonly accountId: string }): boolean {
  return accountId === 'flooded';
}
