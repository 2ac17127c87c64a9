import { Injectable } from '@nestjs/common';
import type { GaugeSource, Reading } from '#platform';
import { OpeningService } from './opening.service.js';

const NAME = 'avatar_opening_paused';

/** Whether this replica turns away whoever wants to open a session. */
@Injectable()
export class OpeningGauges implements GaugeSource {
  readonly gauges = [
    {
      name: NAME,
      help: 'Whether this replica lets nobody open a session, as an operator has ordered: 1 or 0.',
      labels: [],
    },
  ];

  constructor(private readonly opening: OpeningService) {}

  read(): readonly Reading[] {
    return [{ name: NAME, value: this.opening.pausedFor() === null ? 0 : 1 }];
  }
}
