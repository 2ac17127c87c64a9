import { readdirSync, readFileSync } from 'node:fs';
import { type Sample, ourMs } from './machine-time.js';

/** How often it is looked who has the processors. */
const LOOK_MS = 250;

interface Ticks {
  /** Of all processors, whoever has them or nobody. */
  readonly all: number;
  readonly busy: number;
  /** Of this process and of all that it has started. */
  readonly ours: number;
}

/**
 * Looks how much of the machine others have: what they take is there for nobody here, and says
 * nothing of how quick the product is. Where there is no `/proc` all of it is taken for ours.
 */
export class MachineWatch {
  private readonly samples: Sample[] = [];
  private last = ticksNow();
  private lastAtMs = Date.now();
  private readonly timer = setInterval(() => this.look(), LOOK_MS);

  /** @returns how much of a time, in milliseconds, the machine was ours */
  ourMs(fromMs: number, tookMs: number): number {
    if (fromMs + tookMs > this.lastAtMs) this.look();
    return ourMs(this.samples, fromMs, fromMs + tookMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = ticksNow();
    const atMs = Date.now();
    if (!now || !this.last || now.all === this.last.all) return;
    const others = now.busy - this.last.busy - (now.ours - this.last.ours);
    const share = Math.min(1, Math.max(0, others / (now.all - this.last.all)));
    this.samples.push({ fromMs: this.lastAtMs, toMs: atMs, others: share });
    this.last = now;
    this.lastAtMs = atMs;
  }
}

function ticksNow(): Ticks | null {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    // Guests are counted among the users; what the host has taken is nobody's here.
    const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
    const all = ticks.reduce((sum, each) => sum + each, 0);
    const [, , , idle = 0, wait = 0] = ticks;
    return { all, busy: all - idle - wait, ours: ticksOfOurs() };
  } catch {
    return null;
  }
}

function ticksOfOurs(): number {
  const all = new Map(readdirSync('/proc').filter(isId).flatMap(statOf));
  const isOurs = (id: number): boolean => {
    if (id === process.pid) return true;
    const parent = all.get(id)?.parent;
    return parent !== undefined && parent > 1 && isOurs(parent);
  };
  return [...all].reduce((sum, [id, { ticks }]) => (isOurs(id) ? sum + ticks : sum), 0);
}

function isId(name: string): boolean {
  return /^\d+$/.test(name);
}

/** Empty for a process that has ended meanwhile. */
function statOf(id: string): [number, { parent: number; ticks: number }][] {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8');
    // The name in brackets may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [[Number(id), { parent: Number(fields[1]), ticks: sum(fields.slice(11, 13)) }]];
  } catch {
    return [];
  }
}

function sum(texts: readonly string[]): number {
  return texts.reduce((total, each) => total + Number(each), 0);
}
