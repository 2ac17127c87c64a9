import { Injectable, Logger } from '@nestjs/common';
import type { OverviewDayDto, OverviewDto } from '#contracts';
import { describeCause, LatestReading } from '#platform';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { FleetService } from '../fleet/fleet.service.js';
import { OpeningService } from '../opening/opening.service.js';
import { ReconciliationsService } from '../reconcile/reconciliations.service.js';
import { toLags, toSessions, toUsed } from './overview.mapper.js';
import { VendorsOverviewService } from './vendors-overview.service.js';

/** How often yesterday's report is looked at, whoever asks. */
const REPORTS = { everyMs: 5_000, staleMs: 15_000, patienceMs: 2_000 };

type Told = Pick<OverviewDto, 'you'> & Pick<OverviewDto['petya'], 'boardUrl'>;

/** Everything at a glance. What it costs does not grow with the sessions that there are. */
@Injectable()
export class OverviewService {
  private readonly logger = new Logger('Overview');
  private readonly yesterday: LatestReading<OverviewDayDto | null>;

  constructor(
    private readonly fleet: FleetService,
    private readonly vendors: VendorsOverviewService,
    private readonly petya: PetyaCircuit,
    private readonly openings: OpeningService,
    reconciliations: ReconciliationsService,
  ) {
    this.yesterday = new LatestReading({
      ...REPORTS,
      read: () => reconciliations.yesterday(),
      onError: (error) => this.logger.warn({ reportNotRead: describeCause(error) }),
    });
  }

  /**
   * @param told what is known without a look: the operator that looks, by name, and Petya's board
   * @throws what the database fails with where it has never answered
   */
  async look({ you, boardUrl }: Told): Promise<OverviewDto> {
    const [fleet, opening, vendors, yesterday] = await Promise.all([
      this.fleet.look(),
      this.openings.glance(),
      this.vendors.look(),
      this.yesterday.look(),
    ]);
    return {
      readAt: fleet.readAt.toISOString(),
      you,
      sessions: toSessions(fleet),
      lagSeconds: toLags(fleet),
      petya: {
        reachable: !this.petya.isOpen,
        oldestWaitingSeconds: Math.floor(fleet.oldestWaitingSeconds),
        boardUrl,
      },
      usedSeconds: toUsed(fleet),
      opening,
      vendors,
      reconciliation: { yesterday },
    };
  }
}
