import { type AvatarOptions, type RunningAvatar, startAvatar } from '../support/avatar-app.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { type PetyaDouble, startPetyaDouble } from '../support/petya-double.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { makeTenant, type Tenant } from '../petya-avatar-api/tenant.js';
import { SimulatorControl } from '../vendor-simulator/simulator.control.js';
import {
  type SimulatorOptions,
  startVendorSimulator,
  type VendorSimulator,
} from '../vendor-simulator/simulator.server.js';

/** Everything around the app: the vendor, the real Petya, and a double in front of it. */
export interface World {
  readonly avatar: RunningAvatar;
  readonly petya: RunningPetya;
  readonly double: PetyaDouble;
  readonly simulator: VendorSimulator;
  readonly vendor: SimulatorControl;
  /** The app's database, for a second replica. */
  readonly database: TestDatabase;
  /** Another avatar app on the same vendor and Petya; the caller stops it. */
  another(options?: Partial<AvatarOptions>): Promise<RunningAvatar>;
  /** An account as most customers have it, or with other settings. */
  customer(settings?: Parameters<typeof makeTenant>[1]): Promise<Tenant>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Petya's. */
  readonly petyaEnvironment?: Readonly<Record<string, string>>;
  readonly vendor?: SimulatorOptions;
}

/** What LiveAvatar takes: ids are UUIDs. */
export const AVATAR_ID = '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01';
export const VOICE_ID = 'c2527536-6d1f-4412-a643-53a3497dada9';
export const CONTEXT_ID = '0b8a6f0e-52b7-4d0c-9c2e-2f5d7a1f9b02';

/** Starts vendor, Petya and app, all in this process and on real sockets. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const [simulator, petya] = await Promise.all([
    startVendorSimulator(options.vendor),
    startPetya({ environment: options.petyaEnvironment ?? {} }),
  ]);
  const double = await startPetyaDouble(petya.baseUrl);
  const surroundings = {
    vendorUrl: simulator.url,
    vendorKey: simulator.apiKey,
    petyaUrl: double.url,
  };
  const { environment = {} } = options;
  const database = freshDatabase();
  const avatar = await startAvatar({ ...surroundings, environment, database });
  return {
    avatar,
    petya,
    double,
    simulator,
    vendor: new SimulatorControl(simulator.url),
    database,
    another: (others = {}) =>
      startAvatar({
        ...surroundings,
        ...others,
        environment: { ...environment, ...others.environment },
      }),
    customer: (settings) => makeTenant(petya, { ...CUSTOMER, ...settings }),
    stop: async () => {
      await avatar.stop();
      await database.drop();
      await double.close();
      await Promise.all([simulator.close(), petya.stop()]);
    },
  };
}

const CUSTOMER = {
  avatar: { avatarId: AVATAR_ID, voiceId: VOICE_ID, knowledgeBaseId: CONTEXT_ID },
  limits: { maxConcurrentSessions: 100 },
};
