import { startVendorSimulator, type VendorSimulator } from './simulator.server.js';
import type { SimulatorSettings } from './settings.js';

/** SIM_SETTINGS is JSON of settings to begin with, for stacks that want, say, a greeting. */
async function startFromEnvironment(): Promise<VendorSimulator> {
  const settings = JSON.parse(process.env['SIM_SETTINGS'] || '{}') as Partial<SimulatorSettings>;
  return startVendorSimulator({
    port: Number(process.env['PORT'] || 0),
    host: process.env['HOST'] || '127.0.0.1',
    apiKey: process.env['SIM_API_KEY'] || undefined,
    settings,
  });
}

function closeOnSignals(simulator: VendorSimulator): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void simulator.close().then(() => process.exit(0));
    });
  }
}

try {
  const simulator = await startFromEnvironment();
  closeOnSignals(simulator);
  process.stdout.write(`vendor simulator listening on ${simulator.url}\n`);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`vendor simulator cannot start: ${reason}\n`);
  process.exitCode = 1;
}
