import { Injectable, Logger } from '@nestjs/common';
import {
  describeCause,
  type GaugeSource,
  LatestReading,
  type Reading,
  SAME_EVERYWHERE,
} from '#platform';
import {
  type OpenOrders,
  ErasureOrdersRepository,
} from '../erasure/orders/erasure-orders.repository.js';

const PENDING = 'petya_erasures_pending';
const OLDEST = 'petya_erasures_oldest_seconds';

const READ = { everyMs: 5_000, staleMs: 15_000, patienceMs: 2_000 };

/** Erasures that the avatar app has been told of and has not confirmed. */
@Injectable()
export class ErasureGauges implements GaugeSource {
  readonly gauges = [
    {
      name: PENDING,
      help: `Erasures that the avatar app has not confirmed, up to 10,000. ${SAME_EVERYWHERE}`,
      labels: [],
    },
    {
      name: OLDEST,
      help: `For how long the oldest of them was ordered; 0 for none. ${SAME_EVERYWHERE}`,
      labels: [],
    },
  ];
  private readonly logger = new Logger('Metrics');
  private readonly latest: LatestReading<OpenOrders>;

  constructor(orders: ErasureOrdersRepository) {
    const onError = (error: unknown) => this.logger.warn({ erasuresNotRead: describeCause(error) });
    this.latest = new LatestReading({ ...READ, read: () => orders.countOpen(), onError });
  }

  async read(): Promise<readonly Reading[]> {
    const { count, since } = await this.latest.look();
    const ageMs = since === null ? 0 : Math.max(0, Date.now() - since.getTime());
    return [
      { name: PENDING, value: count },
      { name: OLDEST, value: ageMs / 1000 },
    ];
  }
}
