import { Injectable, Logger } from '@nestjs/common';
import { periodOf } from '#contracts';
import {
  describeCause,
  type GaugeSource,
  LatestReading,
  type Reading,
  SAME_EVERYWHERE,
} from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import { differenceSeconds } from './report.js';
import { ReportRepository } from './report.repository.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';

const NAME = 'avatar_reconcile_difference_seconds';

const DAY_MS = 86_400_000;

/** A report is made once an hour at most, and a day's last one soon after it is over. */
const READ = { everyMs: 60_000, staleMs: 300_000, patienceMs: 2_000 };

/** How far the vendors' bills of yesterday are from our records. */
@Injectable()
export class ReconcileGauges implements GaugeSource {
  readonly gauges = [
    {
      name: NAME,
      help: `Seconds by which the vendor's bills and our records differ, session by session, in the report of yesterday in UTC; none before it is made. ${SAME_EVERYWHERE}`,
      labels: ['vendor'],
    },
  ];
  private readonly logger = new Logger('Metrics');
  private readonly latest: LatestReading<readonly Reading[]>;

  constructor(
    private readonly reports: ReportRepository,
    private readonly vendors: VendorRegistry,
    private readonly clock: DatabaseClock,
  ) {
    const onError = (error: unknown) => this.logger.warn({ reportsNotRead: describeCause(error) });
    this.latest = new LatestReading({ ...READ, read: () => this.readReports(), onError });
  }

  read(): Promise<readonly Reading[]> {
    return this.latest.look();
  }

  private async readReports(): Promise<readonly Reading[]> {
    const at = new Date(this.clock.now().getTime() - DAY_MS);
    const yesterday = periodOf('day', at, 'UTC').name;
    const withBooks = this.vendors.enabled().filter(({ books }) => books !== null);
    const found = withBooks.map(({ name }) => this.reports.find(name, yesterday));
    return (await Promise.all(found)).flatMap((report): Reading[] => {
      if (!report) return [];
      const labels = { vendor: report.vendor };
      return [{ name: NAME, labels, value: differenceSeconds(report) }];
    });
  }
}
