import { Injectable } from '@nestjs/common';
import type { OverviewVendorDto } from '#contracts';
import { Gate } from '#platform';
import { CreditsLeftService } from '../reconcile/credits-left.service.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { toVendor } from './overview.mapper.js';

/** The vendors that are switched on, as an operator sees them. */
@Injectable()
export class VendorsOverviewService {
  constructor(
    private readonly vendors: VendorRegistry,
    private readonly credits: CreditsLeftService,
    private readonly gate: Gate,
  ) {}

  /** One that does not answer leaves what it has said last, after two seconds at most. */
  look(): Promise<OverviewVendorDto[]> {
    return Promise.all(
      this.vendors.enabled().map(async (vendor) => {
        const reading = await this.gate.outside(() => this.credits.look(vendor));
        return toVendor(vendor, reading);
      }),
    );
  }
}
