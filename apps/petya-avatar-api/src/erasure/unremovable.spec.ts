import { describe, expect, it } from '@jest/globals';
import type { ConversationRemovalService } from './conversation-removal.service.js';
import type { MessagesService } from '../messages/messages.service.js';
import { ConversationErasureService } from './conversation-erasure.service.js';
import type { ErasureOrdersService } from './orders/erasure-orders.service.js';

const LOOKS = 10;

/** Records that are listed again and again, for whatever reason they cannot be removed. */
function standing<T>(record: T) {
  let looks = 0;
  return async (): Promise<T[]> => {
    looks += 1;
    if (looks > LOOKS) throw new Error('it is looked at for ever');
    return Array.from({ length: 100 }, () => record);
  };
}

const orders = {
  orderConversations: async () => undefined,
} as unknown as ErasureOrdersService;
const messages = { removeOfConversations: async () => 0 } as unknown as MessagesService;

describe('what cannot be removed', () => {
  it('ends the removal of conversations, which says so', async () => {
    const removal = {
      listMarked: standing({ id: 'c', names: ['c'], sessionIds: [] }),
      refuseSessions: async () => undefined,
      removeMarked: async () => 0,
    } as unknown as ConversationRemovalService;
    const erasure = new ConversationErasureService(removal, messages, orders);
    await expect(erasure.removeMarked('a')).rejects.toThrow('cannot be removed');
  });
});
