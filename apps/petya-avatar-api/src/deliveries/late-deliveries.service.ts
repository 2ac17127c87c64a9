import { Injectable } from '@nestjs/common';
import type { StatusResultDto, StatusUpdateDto } from '#contracts';
import { AppError, Telemetry } from '#platform';
import { ConversationRemovalService } from '../erasure/conversation-removal.service.js';
import { DeliveryService } from './delivery.service.js';
import type { ErasedThing } from '../erasure/erased-digest.js';
import { PetyaError } from '../errors.js';
import { ConversationErasureService } from '../erasure/conversation-erasure.service.js';

/** Keeps deliveries from bringing back what was erased. */
@Injectable()
export class LateDeliveries {
  constructor(
    private readonly deliveries: DeliveryService,
    private readonly removal: ConversationRemovalService,
    private readonly erasure: ConversationErasureService,
    private readonly telemetry: Telemetry,
  ) {}

  /** @throws PetyaError `erased`, and as `DeliveryService.deliver` */
  async deliver(conversationId: string, update: StatusUpdateDto): Promise<StatusResultDto> {
    try {
      const result = await this.take(conversationId, update);
      this.telemetry.note({ kind: 'delivery-judged', outcome: outcomeOf(result) });
      return result;
    } catch (error) {
      const outcome = error instanceof AppError ? error.code : 'failed';
      this.telemetry.note({ kind: 'delivery-judged', outcome });
      throw error;
    }
  }

  /** Asked before and after: an erasure may begin while a delivery is being written. */
  private async take(conversationId: string, update: StatusUpdateDto): Promise<StatusResultDto> {
    await this.refuseErased(conversationId, update);
    const result = await this.deliveries
      .deliver(conversationId, update)
      .catch((error: unknown) => this.explain(error, conversationId, update));
    await this.refuseErased(conversationId, update);
    return result;
  }

  private async refuseErased(conversationId: string, update: StatusUpdateDto): Promise<void> {
    const { accountId, visitorId, sessionId } = update;
    if (accountId === undefined) return;
    if (!(await this.removal.wasErased(accountId, erasable(accountId, update)))) return;
    if (visitorId !== undefined && (await this.isErasedVisitor(accountId, visitorId))) {
      await this.removal.markOfVisitor(accountId, visitorId);
    }
    const session = { sessionId, conversationId };
    await this.removal.takeOutSessions(accountId, [session], visitorId ?? null);
    await this.erasure.removeMarked(accountId);
    throw new PetyaError('erased');
  }

  private isErasedVisitor(accountId: string, id: string): Promise<boolean> {
    return this.removal.wasErased(accountId, [{ kind: 'visitor', id }]);
  }

  /** A conversation that is not there may have been erased; one that began anew may go on. */
  private async explain(
    error: unknown,
    id: string,
    { accountId }: StatusUpdateDto,
  ): Promise<never> {
    const isMissing = error instanceof PetyaError && error.code === 'not_found';
    const erased: ErasedThing[] = [{ kind: 'conversation', id }];
    if (isMissing && accountId !== undefined && (await this.removal.wasErased(accountId, erased))) {
      throw new PetyaError('erased', { cause: error });
    }
    throw error;
  }
}

function outcomeOf({ duplicate, stale }: StatusResultDto): string {
  if (duplicate) return 'duplicate';
  return stale ? 'stale' : 'taken';
}

function erasable(accountId: string, { visitorId, sessionId }: StatusUpdateDto): ErasedThing[] {
  return [
    { kind: 'account', id: accountId },
    { kind: 'session', id: sessionId },
    ...(visitorId === undefined ? [] : [{ kind: 'visitor' as const, id: visitorId }]),
  ];
}
