import { optional, portOf } from '../stack/variables.js';
import type { RoomServer } from './room/room.access.js';
import { startVendorSimulator, type VendorSimulator } from './simulator.server.js';
import type { SimulatorSettings } from './settings.js';

/** SIM_SETTINGS is JSON of settings to begin with, for stacks that want, say, a greeting. */
async function startFromEnvironment(): Promise<VendorSimulator> {
  return startVendorSimulator({
    port: portOf('PORT', 0, { lowest: 0 }),
    host: optional('HOST') ?? '127.0.0.1',
    apiKey: optional('SIM_API_KEY'),
    settings: settings(),
    roomServer: roomServer(),
  });
}

function settings(): Partial<SimulatorSettings> {
  try {
    return JSON.parse(optional('SIM_SETTINGS') ?? '{}') as Partial<SimulatorSettings>;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new Error('SIM_SETTINGS must be JSON.', { cause });
  }
}

/** LIVEKIT_PUBLIC_URL is for a browser that reaches the server by another name. */
function roomServer(): RoomServer | undefined {
  const url = optional('LIVEKIT_URL');
  const apiKey = optional('LIVEKIT_API_KEY');
  const apiSecret = optional('LIVEKIT_API_SECRET');
  if (url === undefined || apiKey === undefined || apiSecret === undefined) return undefined;
  return { url, publicUrl: optional('LIVEKIT_PUBLIC_URL') ?? url, apiKey, apiSecret };
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
