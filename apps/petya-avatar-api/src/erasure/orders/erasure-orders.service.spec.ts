import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { PetyaConfig } from '../../config/petya-config.js';
import type { ErasureOrderRecord } from './erasure-order.schema.js';
import type { ErasureOrdersRepository } from './erasure-orders.repository.js';
import { ErasureOrdersService } from './erasure-orders.service.js';

async function orderIds(pepper: string): Promise<string[]> {
  const ids: string[] = [];
  const orders = {
    renew: async ({ _id }: ErasureOrderRecord) => void ids.push(_id),
  } as unknown as ErasureOrdersRepository;
  const config = { apiKeyPeppers: [pepper] } as unknown as PetyaConfig;
  const service = new ErasureOrdersService(orders, config);
  await service.orderVisitor('a', 'v');
  await service.orderAccount('a');
  return ids;
}

describe('the id of an erasure order', () => {
  it('is the same however often the erasure is taken up', async () => {
    expect(await orderIds('pepper')).toEqual(await orderIds('pepper'));
  });

  it('differs from erasure to erasure', async () => {
    expect(new Set(await orderIds('pepper')).size).toBe(2);
  });

  it('cannot be worked out from the ids of whom was erased', async () => {
    const [ofVisitor = '', ofAccount = ''] = await orderIds('pepper');
    const [ofVisitorElsewhere, ofAccountElsewhere] = await orderIds('another');
    expect(ofVisitor).not.toBe(ofVisitorElsewhere);
    expect(ofAccount).not.toBe(ofAccountElsewhere);
    const plain = createHash('sha256').update('["a","v"]').digest('base64url');
    expect(plain.startsWith(ofVisitor)).toBe(false);
  });
});
