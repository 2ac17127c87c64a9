import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AvatarConfig } from '../config/avatar-config.js';
import { describeCause, failPoint } from '#platform';
import { isLive } from '../session-record/session-states.js';
import { CREATING_SECONDS } from '../session-record/session-timing.js';
import { SessionStore } from '../session-record/session-store.service.js';
import type { Vendor, VendorName } from '../vendors/vendor.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';

/**
 * Compares the vendor's list of running sessions with our records: one of ours that has ended for
 * us is stopped again. A session that we have no record of is never touched, because the key may
 * be shared, unless the operator says that it is not; and not before it has been strange for longer
 * than one takes to be opened, where the vendor lists a session before we know its id.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Sweep');
  private timer: NodeJS.Timeout | undefined;
  /** Sessions at a vendor that are in no record, and since when (`performance.now()`). */
  private readonly unknown = new Map<VendorName, ReadonlyMap<string, number>>();

  constructor(
    private readonly sessions: SessionStore,
    private readonly vendors: VendorRegistry,
    private readonly config: AvatarConfig,
  ) {}

  onApplicationBootstrap(): void {
    const everyMs = this.config.budgets.vendorPollSeconds * 1000;
    this.timer = setInterval(() => void this.sweep(), everyMs);
    // Replicas that die before their first interval is over would never sweep.
    void this.sweep();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async sweep(): Promise<void> {
    for (const vendor of this.vendors.all()) {
      try {
        await this.sweepVendor(vendor);
      } catch (error) {
        this.logger.warn({ sweepFailed: vendor.name, cause: describeCause(error) });
      }
    }
  }

  private async sweepVendor(vendor: Vendor): Promise<void> {
    const running = await vendor.listLive();
    if (running.length === 0) return;
    const live = new Set(await this.sessions.listLiveVendorIds());
    const strange = running.filter((id) => !live.has(id));
    // Hardly ever any: what has ended for us is not looked through at each sweep.
    if (strange.length === 0) return;
    for (const id of await this.leftoversAmong(strange, vendor))
      await this.stopLeftover(vendor, id);
  }

  /** Those that have ended for us, and those that we never knew if the key is ours alone. */
  private async leftoversAmong(strange: readonly string[], vendor: Vendor): Promise<string[]> {
    const records = await this.sessions.listByVendorIds(strange);
    const known = new Map(records.map((session) => [session.vendorSessionId, session]));
    const isForeign = this.noteUnknown(
      strange.filter((id) => !known.has(id)),
      vendor,
    );
    return strange.filter((id) => {
      const session = known.get(id);
      // One that turned live after the first look is not strange any more.
      return session ? !isLive(session.state) : isForeign(id);
    });
  }

  /** @returns which of them are sure to be in no record, and the operator's to stop */
  private noteUnknown(ids: readonly string[], { name, opensAtOnce }: Vendor) {
    const nowMs = performance.now();
    const before = this.unknown.get(name);
    const sinceMs = new Map(ids.map((id) => [id, before?.get(id) ?? nowMs]));
    this.unknown.set(name, sinceMs);
    const patienceMs = opensAtOnce ? CREATING_SECONDS * 1000 : 0;
    return (id: string): boolean =>
      this.config.reconcileUnknownSessions && nowMs - (sinceMs.get(id) ?? nowMs) >= patienceMs;
  }

  /** One that cannot be stopped must not keep the others running; the next sweep tries it again. */
  private async stopLeftover(vendor: Vendor, vendorSessionId: string): Promise<void> {
    this.logger.warn({ stoppingLeftover: vendorSessionId, vendor: vendor.name });
    await failPoint('sweep.claimed');
    try {
      await vendor.stop(vendorSessionId);
    } catch (error) {
      this.logger.warn({ leftoverNotStopped: vendorSessionId, cause: describeCause(error) });
    }
    await failPoint('sweep.vendorStopped');
  }
}
