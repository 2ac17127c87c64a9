import { Injectable } from '@nestjs/common';
import {
  CONVERSATION_ID_PATTERN,
  type ConversationStatus,
  type StatusResultDto,
  type StatusUpdateDto,
} from '#contracts';
import { failPoint } from '#platform';
import { AccountsService } from '../accounts/accounts.service.js';
import { PetyaConfig } from '../config/petya-config.js';
import { nothingOf, PetyaError } from '../errors.js';
import { isGuessable } from '../persistence/record-id.js';
import { UsageService } from '../usage/usage.service.js';
import { VisitorsService } from '../visitors/visitors.service.js';
import { DeliveriesRepository, type Located, unclaimable } from './deliveries.repository.js';
import { ErasedConversationsRepository } from '../erasure/erased-conversations.repository.js';
import {
  type Delivery,
  isForeign,
  judgeRepeat,
  judgeUnnumbered,
  toDelivery,
  withoutVisitor,
} from './delivery.js';

/** Rounds of numbering an update anew that others were faster than. */
const MAX_ROUNDS = 10;

/** Takes what ilianaai-avatar delivers, each (session, version) exactly once. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly accounts: AccountsService,
    private readonly erased: ErasedConversationsRepository,
    private readonly visitors: VisitorsService,
    private readonly usage: UsageService,
    private readonly config: PetyaConfig,
  ) {}

  /** @throws PetyaError `not_found`, `delivery_conflict`, `conversation_full` */
  async deliver(conversationId: string, update: StatusUpdateDto): Promise<StatusResultDto> {
    // First, since what it cost counts also where there is no place for what was said. Its sender sends it
    // again until both are there.
    await this.usage.note(update);
    return this.takeIn(conversationId, update);
  }

  private async takeIn(conversationId: string, update: StatusUpdateDto): Promise<StatusResultDto> {
    if (!CONVERSATION_ID_PATTERN.test(conversationId)) throw nothingOf('delivery');
    await failPoint('petya.accepted');
    const { accountId } = update;
    const delivery = await this.believed(accountId, toDelivery(update));
    const known = await this.deliveries.locate(conversationId, accountId, delivery.sessionId);
    await failPoint('petya.beforeWrite');
    if (known !== null) return this.take(known, accountId, delivery);
    if (accountId === undefined || !(await this.mayMake(accountId, conversationId))) {
      throw nothingOf('delivery');
    }
    return this.make(accountId, conversationId, delivery);
  }

  /**
   * A session that only names a visitor is nobody's where that visitor has shown proof since, or
   * where the visitor's id can be guessed: nobody puts words into another's history.
   */
  private async believed(accountId: string | undefined, delivery: Delivery): Promise<Delivery> {
    const { visitorId, isProved } = delivery;
    if (accountId === undefined || visitorId === null || isProved !== false) return delivery;
    const visitor = await this.visitors.find(accountId, visitorId);
    const isPretence = visitor !== null && (visitor.isProved || isGuessable(visitorId));
    return isPretence ? withoutVisitor(delivery) : delivery;
  }

  /** Into the conversation that was named, or one of its own where that is another visitor's. */
  private async take(
    known: Located,
    accountId: string | undefined,
    delivery: Delivery,
  ): Promise<StatusResultDto> {
    if (!isForeign(known, delivery)) return this.apply(known, accountId, delivery);
    const { sessionId } = delivery;
    const owner = accountId ?? known.accountId ?? this.config.olderRecordsAccountId;
    if (owner === null) throw nothingOf('delivery');
    for (const name of [sessionId, unclaimable(sessionId)]) {
      const apart = await this.deliveries.locate(name, owner, sessionId);
      if (apart === null) {
        if (!(await this.mayMake(owner, name))) throw nothingOf('delivery');
        return this.make(owner, name, delivery);
      }
      if (!isForeign(apart, delivery)) return this.apply(apart, owner, delivery);
    }
    throw new PetyaError('delivery_conflict');
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
    const other = await this.deliveries.locate(conversationId, accountId, delivery.sessionId);
    if (other === null) throw nothingOf('delivery');
    return this.take(other, accountId, delivery);
  }

  private apply(
    met: Located,
    accountId: string | undefined,
    delivery: Delivery,
  ): Promise<StatusResultDto> {
    if (delivery.isNumbered) return this.applyNumbered(met, accountId, delivery);
    return this.applyUnnumbered(met, accountId, delivery);
  }

  private async applyUnnumbered(
    met: Located,
    accountId: string | undefined,
    delivery: Delivery,
  ): Promise<StatusResultDto> {
    const { sessionId } = delivery;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const standing = await this.deliveries.standing(met.id, accountId, sessionId);
      if (!standing) throw nothingOf('delivery');
      const verdict = judgeUnnumbered(standing.session, delivery);
      if (typeof verdict !== 'number') {
        return {
          ...result(met.id, delivery, standing.status),
          version: standing.session?.version ?? 1,
          duplicate: verdict === 'duplicate',
          stale: verdict === 'stale',
        };
      }
      const numbered = { ...delivery, version: verdict, isNumbered: true };
      const applied = await this.applyNumbered(met, accountId, numbered).catch(unlessFaster);
      if (applied && !applied.stale) return applied;
    }
    throw new PetyaError('delivery_conflict');
  }

  private async applyNumbered(
    met: Located,
    accountId: string | undefined,
    delivery: Delivery,
  ): Promise<StatusResultDto> {
    const { id: conversationId, proof, named } = met;
    const applied = await this.deliveries.apply(met, accountId, delivery);
    await failPoint('petya.written');
    const standing = await this.deliveries.standing(conversationId, accountId, delivery.sessionId);
    if (!standing) throw nothingOf('delivery');
    if (applied) return result(conversationId, delivery, standing.status);
    const { session } = standing;
    if (!session || session.version < delivery.version) {
      const found = proof
        ? null
        : await this.deliveries.locate(conversationId, accountId, delivery.sessionId);
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

/** Null where another update of the session has come first. */
function unlessFaster(error: unknown): null {
  if (error instanceof PetyaError && error.code === 'delivery_conflict') return null;
  throw error;
}

function result(
  conversationId: string,
  { sessionId, version }: Delivery,
  status: ConversationStatus,
): StatusResultDto {
  return { conversationId, sessionId, status, version, duplicate: false, stale: false };
}
