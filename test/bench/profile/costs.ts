/** A profile as V8 writes it (`Profiler.Profile` of the DevTools protocol). */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** Where processor time went, as shares of all that was used. */
export interface Costs {
  readonly busyMs: number;
  /** In the place itself. */
  readonly self: ReadonlyMap<string, number>;
  /** In the place and in whatever it called. */
  readonly inclusive: ReadonlyMap<string, number>;
}

/** A sample that came later than this waited for a machine that was busy with others. */
export const LONGEST_SAMPLE_MICROS = 1_000;

/** Adds a profile up by place: a package, a part of Node, or a file of ours. */
export function costsOf({ nodes, samples, timeDeltas }: CpuProfile): Costs {
  const places = new Map(nodes.map((node) => [node.id, placeOf(node)]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const self = new Map<string, number>();
  const inclusive = new Map<string, number>();
  let busyMicros = 0;
  for (const [index, sampled] of samples.entries()) {
    const place = places.get(sampled) ?? '';
    const micros = Math.min(timeDeltas[index] ?? 0, LONGEST_SAMPLE_MICROS);
    if (place === '(idle)') continue;
    busyMicros += micros;
    add(self, place, micros);
    const stack = new Set<string>();
    for (let id: number | undefined = sampled; id !== undefined; id = parents.get(id)) {
      stack.add(places.get(id) ?? '');
    }
    for (const each of stack) add(inclusive, each, micros);
  }
  for (const nobody of ['(root)', '(built in)']) inclusive.delete(nobody);
  return {
    busyMs: busyMicros / 1000,
    self: shares(self, busyMicros),
    inclusive: shares(inclusive, busyMicros),
  };
}

/** Whether a place is one of our files. */
export function isOurs(place: string): boolean {
  return /^(apps|libs|test)\//.test(place);
}

const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const OWN_FILE = /\/((?:apps|libs|test)\/[^?]+)$/;

/** A package, a part of Node, or a file of ours; in brackets what V8 does itself. */
export function placeOf({ callFrame: { functionName, url } }: ProfileNode): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(built in)';
  if (url.startsWith('node:')) return url.replace('internal/', '');
  return PACKAGE.exec(url)?.[1] ?? OWN_FILE.exec(url)?.[1] ?? url;
}

function add(sums: Map<string, number>, place: string, micros: number): void {
  sums.set(place, (sums.get(place) ?? 0) + micros);
}

/** The largest first. */
function shares(sums: ReadonlyMap<string, number>, of: number): Map<string, number> {
  const sorted = [...sums].toSorted(([, one], [, other]) => other - one);
  return new Map(sorted.map(([place, micros]) => [place, micros / of]));
}
