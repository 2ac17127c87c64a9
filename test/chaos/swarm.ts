import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientLedger } from './client-ledger.js';
import { Random } from './random.js';
import { SimulatedPlugin, type PluginOptions } from './simulated-plugin.js';
import type { Account, World } from './world.js';

export interface SwarmOptions {
  /** Goes into the name of every plugin and into every word it says. */
  readonly name: string;
  readonly seed: number;
  readonly stopBudgetMs: number | null;
  /** Longest pause between two things a plugin does. */
  readonly pauseMs?: number;
  readonly patienceMs?: number;
  /** All of the world's when missing. */
  readonly accounts?: readonly Account[];
}

/** Plugins with conversations of every kind, in several accounts, all from one seed. */
export class Swarm {
  private count = 0;
  private readonly random: Random;

  constructor(
    private readonly world: World,
    private readonly ledger: ClientLedger,
    private readonly options: SwarmOptions,
  ) {
    this.random = new Random(options.seed);
  }

  plugin(more: Partial<PluginOptions> = {}): SimulatedPlugin {
    this.count += 1;
    const { accounts = this.world.accounts } = this.options;
    const account = accounts[this.count % accounts.length];
    if (account === undefined) throw new Error('The world has no account.');
    const { name, seed, stopBudgetMs, patienceMs } = this.options;
    const tag = `${name}-${seed}-${this.count}`;
    const random = new Random(seed * 10_007 + this.count);
    const options = { account, tag, stopBudgetMs, patienceMs, ...more };
    return new SimulatedPlugin(this.world, this.ledger, random, options);
  }

  /** One plugin from its token to its end. */
  async converse(turns = this.random.between(2, 6)): Promise<SimulatedPlugin> {
    const isAlone = this.random.chance(0.2);
    const plugin = this.plugin(isAlone ? { conversationId: null } : {});
    const plan = new Random(this.options.seed * 7919 + this.count);
    if (!(await plugin.open())) return plugin;
    for (let turn = 0; turn < turns; turn += 1) {
      await this.say(plugin, plan);
      await sleep(plan.between(0, this.options.pauseMs ?? 120));
    }
    await this.finish(plugin, plan);
    return plugin;
  }

  /** Keeps so many conversations going at a time until it is told to stop. */
  async keepTalking(parallel: number, signal: AbortSignal): Promise<void> {
    const talk = async (): Promise<void> => {
      while (!signal.aborted) await this.converse();
    };
    await Promise.all(Array.from({ length: parallel }, talk));
  }

  /** So many conversations, so many at a time. */
  async talk(conversations: number, parallel: number, turns?: number): Promise<void> {
    let left = conversations;
    const next = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.converse(turns);
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallel, conversations) }, next));
  }

  private async say(plugin: SimulatedPlugin, plan: Random): Promise<void> {
    const role = plan.pick(['user', 'avatar'] as const);
    const kind = plan.pick(['own', 'own', 'heard', 'both', 'alive', 'view'] as const);
    if (kind === 'own') await plugin.post(role);
    if (kind === 'heard') await plugin.hear(role);
    if (kind === 'both') await plugin.both(role);
    if (kind === 'alive') await plugin.keepAlive(plan.chance(0.5) ? 120 : undefined);
    if (kind === 'view') await plugin.view();
  }

  private async finish(plugin: SimulatedPlugin, plan: Random): Promise<void> {
    const how = plan.pick(['stop', 'stop', 'twice', 'leave'] as const);
    if (how === 'stop') await plugin.stop();
    if (how === 'twice') await Promise.all([plugin.stop(), plugin.stop()]);
    if (how === 'leave') await plugin.leave();
  }
}
