import { Injectable } from '@nestjs/common';
import { Database } from '../mongo/database.js';
import type { GaugeSource, Reading } from './gauges.js';

const NAME = 'database_ready';

/** Whether there is a database, as `/health/ready` has it. */
@Injectable()
export class DatabaseGauges implements GaugeSource {
  readonly gauges = [
    {
      name: NAME,
      help: 'Whether this replica reaches its database, and may be sent requests: 1 or 0.',
      labels: [],
    },
  ];

  constructor(private readonly database: Database) {}

  async read(): Promise<readonly Reading[]> {
    return [{ name: NAME, value: (await this.database.isReady()) ? 1 : 0 }];
  }
}
