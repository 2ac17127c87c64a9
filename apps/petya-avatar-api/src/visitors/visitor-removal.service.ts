import { Injectable } from '@nestjs/common';
import type { RecordId } from '../persistence/record-id.js';
import { PetyaError } from '../errors.js';
import {
  type RemovingVisitor,
  type UnseenPosition,
  type VisitorProfile,
  VisitorRemovalRepository,
} from './visitor-removal.repository.js';

export type {
  RemovingVisitor,
  UnseenPosition,
  VisitorProfile,
} from './visitor-removal.repository.js';

/** What other features may do to take visitors away, or to hand out what is known of one. */
@Injectable()
export class VisitorRemovalService {
  constructor(private readonly visitors: VisitorRemovalRepository) {}

  /** @throws PetyaError `not_found` */
  async profile(accountId: string, visitorId: string): Promise<VisitorProfile> {
    const profile = await this.visitors.find(accountId, visitorId);
    if (!profile) throw new PetyaError('not_found');
    return profile;
  }

  /** Begins an erasure: from here on nobody finds the visitor. @throws PetyaError `not_found` */
  async markRemoving(accountId: string, visitorId: string): Promise<void> {
    if (!(await this.visitors.markRemoving(accountId, visitorId))) {
      throw new PetyaError('not_found');
    }
  }

  listRemoving(before: Date, limit: number): Promise<RemovingVisitor[]> {
    return this.visitors.listRemoving(before, limit);
  }

  /** Puts a visitor whose erasure has begun behind all others. */
  postponeRemoval(accountId: string, visitorId: string): Promise<void> {
    return this.visitors.postponeRemoval(accountId, visitorId);
  }

  listUnseen(
    accountId: string,
    before: Date,
    behind: UnseenPosition | null,
    limit: number,
  ): Promise<UnseenPosition[]> {
    return this.visitors.listUnseen(accountId, before, behind, limit);
  }

  removeUnseen(accountId: string, ids: readonly RecordId[], before: Date): Promise<number> {
    return this.visitors.removeUnseen(accountId, ids, before);
  }

  remove(accountId: string, visitorId: string): Promise<number> {
    return this.visitors.remove(accountId, visitorId);
  }

  removeOfAccount(accountId: string): Promise<number> {
    return this.visitors.removeOfAccount(accountId);
  }
}
