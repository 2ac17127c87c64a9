import { startVendorSimulator } from './simulator.server.js';
import type { SimulatorSettings } from './settings.js';

// SIM_SETTINGS: JSON of settings to begin with, for stacks that want e.g. a greeting.
const simulator = await startVendorSimulator({
  port: Number(process.env['PORT'] ?? 0),
  host: process.env['HOST'] ?? '127.0.0.1',
  apiKey: process.env['SIM_API_KEY'],
  settings: JSON.parse(process.env['SIM_SETTINGS'] ?? '{}') as Partial<SimulatorSettings>,
});

process.stdout.write(`vendor simulator listening on ${simulator.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}
