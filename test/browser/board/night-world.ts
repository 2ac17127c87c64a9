import { type PetyaDouble, startPetyaDouble } from '../../support/petya-double.js';
import { databaseUri } from '../../stack/database-uri.js';
import type { ManagedProcess } from '../../stack/managed-process.js';
import { generateSecrets } from '../../stack/secrets.js';
import { MuteProxy } from '../../support/mute-proxy.js';
import { METRICS_TOKEN } from '../../telemetry/scrape.js';
import type { Addresses } from '../../telemetry/sightings.js';
import { GatewayWorld } from './gateway-world.js';

type Name = 'ilianaai-avatar' | 'petya-avatar-api' | 'vendor-simulator';

/** The product as it is built, with whatever can break at night, and who is on call at its board. */
export class NightWorld {
  private constructor(
    readonly gateway: GatewayWorld,
    /** What the gateway takes for Petya. */
    readonly petya: PetyaDouble,
    /** Between the gateway and its records. */
    readonly database: MuteProxy,
  ) {}

  static async start(): Promise<NightWorld> {
    const gateway = await GatewayWorld.start({
      secrets: { ...generateSecrets(), metricsToken: METRICS_TOKEN },
      heygen: false,
      avatarEnv: { FINAL_WAIT_SECONDS: '2' },
    });
    const { stack } = gateway;
    const [petya, database] = await Promise.all([
      startPetyaDouble(stack.urls.petya),
      MuteProxy.open(databaseUri(stack.database.uri, 'avatar')),
    ]);
    const world = new NightWorld(gateway, petya, database);
    await world.restart('ilianaai-avatar');
    return world;
  }

  get addresses(): Addresses {
    const { avatar, petya } = this.gateway.stack.urls;
    return {
      'ilianaai-avatar': avatar,
      'petya-avatar-api': this.process('petya-avatar-api').isRunning ? petya : null,
    };
  }

  process(name: Name): ManagedProcess {
    return this.gateway.stack.processes.get(name);
  }

  /** Starts a process, anew where it runs, with what can break between it and the others. */
  async restart(name: Name): Promise<void> {
    const process = this.process(name);
    await process.stop();
    await process.start(this.environmentOf(name));
  }

  async stop(): Promise<void> {
    this.database.heal();
    await this.gateway.stop();
    await Promise.all([this.petya.close(), this.database.close()]);
  }

  private environmentOf(name: Name): Record<string, string> {
    if (name !== 'ilianaai-avatar') return {};
    return { MONGODB_URI: this.database.uri, PETYA_BASE_URL: this.petya.url };
  }
}
