import { Injectable } from '@nestjs/common';
import {
  CONVERSATION_ID_PATTERN,
  type ConversationStatus,
  type StatusResultDto,
  type StatusUpdateDto,
} from '#contracts';
import { failPoint } from '#platform';
import { AccountsService } from '../accounts/accounts.service.js';
import { PetyaError } from '../errors.js';
import { DeliveriesRepository, type Located } from './deliveries.repository.js';
import { ErasedConversationsRepository } from './erased-conversations.repository.js';
import { type Delivery, isForeign, judgeRepeat, toDelivery } from './delivery.js';

/** Takes what ilianaai-avatar delivers, each (session, version) exactly once. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly accounts: AccountsService,
    private readonly erased: ErasedConversationsRepository,
  ) {}

  /** @throws PetyaError `not_found`, `delivery_conflict`, `conversation_full` */
  async deliver(conversationId: string, update: StatusUpdateDto): Promise<StatusResultDto> {
    if (!CONVERSATION_ID_PATTERN.test(conversationId)) throw new PetyaError('not_found');
    await failPoint('petya.accepted');
    const delivery = toDelivery(update);
    const { accountId } = update;
    const known = await this.deliveries.locate(conversationId, accountId);
    await failPoint('petya.beforeWrite');
    if (known !== null) return this.take(known, accountId, delivery);
    if (accountId === undefined || !(await this.mayMake(accountId, conversationId))) {
      throw new PetyaError('not_found');
    }
    return this.make(accountId, conversationId, delivery);
  }

  /** Into the conversation that was named, or one of its own where that is another visitor's. */
  private async take(
    known: Located,
    accountId: string | undefined,
    delivery: Delivery,
  ): Promise<StatusResultDto> {
    if (!isForeign(known, delivery)) return this.apply(known, accountId, delivery);
    const { sessionId } = delivery;
    const owner = accountId ?? known.accountId;
    if (owner === null) throw new PetyaError('not_found');
    const apart = await this.deliveries.locate(sessionId, owner);
    if (apart === null) {
      if (!(await this.mayMake(owner, sessionId))) throw new PetyaError('not_found');
      return this.make(owner, sessionId, delivery);
    }
    // Somebody has opened a conversation under the session's id: there is no place for it.
    if (isForeign(apart, delivery)) throw new PetyaError('delivery_conflict');
    return this.apply(apart, owner, delivery);
  }

  private async mayMake(accountId: string, conversationId: string): Promise<boolean> {
    if (await this.erased.has(accountId, conversationId)) return false;
    return (await this.accounts.find(accountId)) !== null;
  }

  private async make(
    accountId: string,
    conversationId: string,
    delivery: Delivery,
  ): Promise<StatusResultDto> {
    const made = await this.deliveries.create(accountId, conversationId, delivery);
    if (made === 'full') throw new PetyaError('conversation_full');
    if (made !== 'exists') return result(made.id, delivery, delivery.status);
    const other = await this.deliveries.locate(conversationId, accountId);
    if (other === null) throw new PetyaError('not_found');
    return this.take(other, accountId, delivery);
  }

  private async apply(
    { id: conversationId, proof, named }: Located,
    accountId: string | undefined,
    delivery: Delivery,
  ): Promise<StatusResultDto> {
    const place = { id: conversationId, named };
    const applied = await this.deliveries.apply(place, accountId, delivery);
    await failPoint('petya.written');
    const standing = await this.deliveries.standing(conversationId, accountId, delivery.sessionId);
    if (!standing) throw new PetyaError('not_found');
    if (applied) return result(conversationId, delivery, standing.status);
    const { session } = standing;
    if (!session || session.version < delivery.version) {
      const found = proof ? null : await this.deliveries.locate(conversationId, accountId);
      const known = found && { ...found, named };
      if (known && isForeign(known, delivery)) return this.take(known, accountId, delivery);
      throw new PetyaError('conversation_full');
    }
    const repeat = judgeRepeat(session, delivery);
    if (repeat === 'conflict') throw new PetyaError('delivery_conflict');
    return {
      ...result(conversationId, delivery, standing.status),
      version: session.version,
      duplicate: repeat === 'duplicate',
      stale: repeat === 'stale',
    };
  }
}

function result(
  conversationId: string,
  { sessionId, version }: Delivery,
  status: ConversationStatus,
): StatusResultDto {
  return { conversationId, sessionId, status, version, duplicate: false, stale: false };
}
