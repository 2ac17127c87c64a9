import { Injectable } from '@nestjs/common';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { ConversationRemovalService } from './conversation-removal.service.js';
import { ErasureOrdersService } from './orders/erasure-orders.service.js';

/** Lets nobody use an account any more, and keeps late deliveries of its sessions away. */
@Injectable()
export class AccountClosingService {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly orders: ErasureOrdersService,
    private readonly removal: ConversationRemovalService,
  ) {}

  /** May be repeated. */
  async close(accountId: string): Promise<void> {
    await this.keys.removeOfAccount(accountId);
    await this.orders.orderAccount(accountId);
    await this.removal.markOfAccount(accountId);
  }
}
