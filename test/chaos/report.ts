import type { Row } from './scenario.js';
import type { Violation, ViolationKind } from './violations.js';

const HEADING = [
  'what',
  'runs',
  'lost',
  'doubled',
  'left running',
  'foreign',
  'budget misses',
  'other',
  'verdict',
];

/** Violations shown of one line; the rest is counted. */
const SHOWN = 12;

/** The table that `npm run chaos` prints. */
export function tableRows(rows: readonly Row[]): string[][] {
  return [
    [...HEADING, 'note'],
    ...rows.map(({ what, runs, violations, note }) => {
      const of = (...kinds: ViolationKind[]): string =>
        String(violations.filter(({ kind }) => kinds.includes(kind)).length);
      return [
        what,
        String(runs),
        of('lost'),
        of('doubled'),
        of('left running'),
        of('foreign'),
        of('budget'),
        of('order', 'answer', 'state'),
        violations.length === 0 ? 'ok' : 'FAILED',
        note ?? '',
      ];
    }),
  ];
}

/** What went wrong, with the command that repeats it. */
export function describeFailures(rows: readonly Row[], seed: number): string[] {
  return rows.flatMap(({ what, violations, only }) => {
    if (violations.length === 0) return [];
    const more = violations.length - SHOWN;
    return [
      `✗ ${what}, seed ${seed}`,
      ...violations.slice(0, SHOWN).map(describe),
      ...(more > 0 ? [`    … and ${more} more`] : []),
      `    repeat: npm run chaos -- --only ${only} --seed ${seed}`,
      '',
    ];
  });
}

function describe({ kind, tag, evidence }: Violation): string {
  return `    ${kind}${tag === null ? '' : ` (${tag})`}: ${evidence}`;
}
