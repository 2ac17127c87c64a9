import { Injectable } from '@nestjs/common';
import type { GaugeSource, Reading } from '#platform';
import { CreditsLeftService } from '../reconcile/credits-left.service.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';

const NAME = 'avatar_vendor_credits';

/** What our accounts at the vendors have left. A scrape waits for no vendor: it tells what one before has asked for. */
@Injectable()
export class CreditsGauges implements GaugeSource {
  readonly gauges = [
    {
      name: NAME,
      help: 'Credits that our account has left, as the vendor told this replica last, which asks once a minute; none where it never told.',
      labels: ['vendor'],
    },
  ];

  constructor(
    private readonly credits: CreditsLeftService,
    private readonly vendors: VendorRegistry,
  ) {}

  read(): readonly Reading[] {
    return this.vendors.enabled().flatMap((vendor): Reading[] => {
      void this.credits.look(vendor);
      const reading = this.credits.known(vendor);
      return reading ? [{ name: NAME, labels: { vendor: vendor.name }, value: reading.left }] : [];
    });
  }
}
