import { Injectable } from '@nestjs/common';
import type { InitVisitorDto, VisitorRefDto } from '#contracts';
import { toWellFormed } from '#platform';
import { PetyaError } from '../errors.js';
import type { Outcome } from '../http/outcome.js';
import { type VisitorDetails, VisitorsRepository } from './visitors.repository.js';

@Injectable()
export class VisitorsService {
  constructor(private readonly visitors: VisitorsRepository) {}

  /** @throws PetyaError `not_found` for a `visitorId` the account does not have */
  async init(accountId: string, dto: InitVisitorDto): Promise<Outcome<VisitorRefDto>> {
    const { visitorId, ...said } = dto;
    const details = wellFormed(said);
    if (visitorId === undefined) {
      const made = await this.visitors.create(accountId, details);
      return { created: true, body: { visitorId: made } };
    }
    if (!(await this.visitors.seen(accountId, visitorId, details))) {
      throw new PetyaError('not_found');
    }
    return { created: false, body: { visitorId } };
  }

  /** Notes that a visitor was seen. @throws PetyaError `not_found` */
  async touch(accountId: string, visitorId: string): Promise<void> {
    if (!(await this.visitors.seen(accountId, visitorId, {}))) throw new PetyaError('not_found');
  }

  /** Begins an erasure: from here on nobody finds the visitor. @throws PetyaError `not_found` */
  async markRemoving(accountId: string, visitorId: string): Promise<void> {
    if (!(await this.visitors.markRemoving(accountId, visitorId))) {
      throw new PetyaError('not_found');
    }
  }

  listRemoving(): Promise<{ accountId: string; visitorId: string }[]> {
    return this.visitors.listRemoving();
  }

  listUnseenSince(accountId: string, before: Date): Promise<string[]> {
    return this.visitors.listUnseenSince(accountId, before);
  }

  removeUnseen(accountId: string, visitorId: string, before: Date): Promise<number> {
    return this.visitors.removeUnseen(accountId, visitorId, before);
  }

  remove(accountId: string, visitorId: string): Promise<number> {
    return this.visitors.remove(accountId, visitorId);
  }

  removeOfAccount(accountId: string): Promise<number> {
    return this.visitors.removeOfAccount(accountId);
  }
}

/** Members that were sent, with text that can be stored as it is. */
function wellFormed(details: VisitorDetails): VisitorDetails {
  return Object.fromEntries(
    Object.entries(details)
      .filter(([, value]) => value !== undefined)
      .map(([member, value]) => [member, toWellFormed(value)]),
  );
}
