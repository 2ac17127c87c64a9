import type { RoomServer } from './room/room.access.js';
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
    roomServer: roomServerOf(process.env),
  });
}

/** LIVEKIT_PUBLIC_URL is for a browser that reaches the server by another name. */
function roomServerOf(env: NodeJS.ProcessEnv): RoomServer | undefined {
  const url = env['LIVEKIT_URL'];
  const apiKey = env['LIVEKIT_API_KEY'];
  const apiSecret = env['LIVEKIT_API_SECRET'];
  if (!url || !apiKey || !apiSecret) return undefined;
  return { url, publicUrl: env['LIVEKIT_PUBLIC_URL'] || url, apiKey, apiSecret };
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
