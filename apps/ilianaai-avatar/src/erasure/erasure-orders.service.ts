import { Injectable } from '@nestjs/common';
import type { ErasureOrderDto } from '#contracts';
import { failPoint } from '#platform';
import { DatabaseClock } from '../session-record/database-clock.js';
import { markErased } from '../session-record/session-moves.js';
import { type ErasureQuery, SessionStore } from '../session-record/session-store.service.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { erasureQueries } from './erasure-queries.js';

/** Sessions read in one go. */
const PAGE = 100;

/** Carries out one erasure: what runs is stopped, and everything of its sessions goes. */
@Injectable()
export class ErasureOrdersService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Marks what is not marked yet; the worker does the rest.
   * @returns whether nothing is left of any session
   */
  async carryOut(order: ErasureOrderDto): Promise<boolean> {
    let left = 0;
    for (const query of erasureQueries(order)) left += await this.markAll(query);
    if (left > 0) this.worker.signal();
    return left === 0;
  }

  private async markAll(query: ErasureQuery): Promise<number> {
    let found = 0;
    let afterId: string | null = null;
    for (;;) {
      const page = await this.sessions.listToErase(query, afterId, PAGE);
      for (const session of page) {
        await this.sessions.change(session, (current) => markErased(current, this.clock.now()));
        await failPoint('erase.marked');
      }
      found += page.length;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return found;
      afterId = last.id;
    }
  }
}
