import type { ManagedProcess } from '../stack/managed-process.js';
import { holdsWithin } from './holds-within.js';
import type { Violation } from './violations.js';
import type { World } from './world.js';

/** By then a process is ready, once it runs and its database has a primary. */
const READY_MS = 5_000;

/** Longest that it is waited for, to say how late it was. */
const PATIENCE_MS = 30_000;

/** How long processes take to be ready after the database has a primary again. */
export class Readiness {
  readonly violations: Violation[] = [];
  private readonly tookMs: number[] = [];

  constructor(private readonly world: World) {}

  get note(): string {
    const sorted = this.tookMs.toSorted((one, other) => one - other);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return `ready: median ${median}, worst ${sorted.at(-1) ?? 0} ms`;
  }

  /** Call it when there is a primary. */
  async measure(processes: readonly ManagedProcess[]): Promise<void> {
    await Promise.all(processes.map((process) => this.measureOne(process)));
  }

  private async measureOne({ name, spec }: ManagedProcess): Promise<void> {
    const live = spec.healthUrl.replace(/ready$/, 'live');
    // Starting a process takes what the machine takes.
    await holdsWithin(() => answersOk(live), PATIENCE_MS);
    const since = Date.now();
    const isReady = await holdsWithin(() => answersOk(spec.healthUrl), PATIENCE_MS);
    const tookMs = Date.now() - since;
    this.tookMs.push(tookMs);
    this.world.note(`${name} ready after ${tookMs} ms`);
    if (isReady && tookMs <= READY_MS) return;
    const late = isReady ? `was ready ${tookMs} ms` : `was not ready ${PATIENCE_MS} ms`;
    const evidence = `${name} ${late} after the primary (budget ${READY_MS} ms)`;
    this.violations.push({ kind: 'budget', tag: null, evidence });
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
