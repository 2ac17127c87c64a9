import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { projectRoot } from '../stack/project-root.js';
import { promtool } from './prometheus-tools.js';
import { type Phase, seriesOf } from './timeline.js';

/** The jobs that the alerts go by. */
export const JOBS = ['ilianaai-avatar', 'petya-avatar-api'] as const;
export type Job = (typeof JOBS)[number];

export const opsFile = (job: Job, name: string) => join(projectRoot, 'apps', job, 'ops', name);

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<'summary' | 'look_at' | 'runbook', string>>;
}

/** The alert rules of an app. */
export async function alertsOf(job: Job): Promise<AlertRule[]> {
  const { groups } = load(await readFile(opsFile(job, 'alerts.yml'), 'utf8')) as {
    groups: { rules: AlertRule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

/** Which alerts are to fire at a minute of a timeline that begins at midnight, UTC. */
export interface Expected {
  readonly atMinute: number;
  readonly firing: readonly string[];
}

/** A day that begins well: until eight in the morning, UTC. */
export const WELL_MINUTES = 480;

/** What both apps have told before a fault, during it, and after it was mended, where it was. */
export interface Course {
  readonly well: Phase['seen'];
  readonly fault: Phase['seen'];
  /** For how long the fault goes on. */
  readonly minutes?: number;
  readonly mended?: Phase['seen'];
}

const MENDED_MINUTES = 60;

/**
 * Holds a course against the alerts that are to fire once its fault has gone on for a while: these and no
 * others then, and none before it or once it is mended.
 * @returns as `alertFaults`
 */
export async function courseFaults(
  { well, fault, minutes = 120, mended }: Course,
  firing: readonly string[],
): Promise<string> {
  const endMinute = WELL_MINUTES + minutes;
  const phases = [
    { minutes: WELL_MINUTES, seen: well },
    { minutes, seen: fault },
    ...(mended ? [{ minutes: MENDED_MINUTES, seen: mended }] : []),
  ];
  return alertFaults(phases, [
    { atMinute: WELL_MINUTES - 1, firing: [] },
    { atMinute: WELL_MINUTES, firing: [] },
    { atMinute: endMinute - 1, firing },
    ...(mended ? [{ atMinute: endMinute + MENDED_MINUTES - 1, firing: [] }] : []),
  ]);
}

/**
 * Lets Prometheus's own tool evaluate the alerts of both apps over a timeline.
 * @returns what it found otherwise; nothing where all is as expected
 * @throws Error where there is no such tool
 */
export async function alertFaults(
  phases: readonly Phase[],
  expected: readonly Expected[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'alerts-'));
  try {
    const file = join(folder, 'test.yml');
    // What is JSON is YAML, too.
    await writeFile(file, JSON.stringify(ruleTest(phases, expected)));
    const { isContent, said } = await promtool(['test', 'rules', file]);
    return isContent ? '' : said;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function ruleTest(phases: readonly Phase[], expected: readonly Expected[]): object {
  return {
    rule_files: JOBS.map((job) => opsFile(job, 'alerts.yml')),
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: seriesOf(phases),
        promql_expr_test: expected.map(({ atMinute, firing }) => ({
          expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: `${atMinute}m`,
          exp_samples: firing.map((alertname) => ({
            labels: `{alertname=${JSON.stringify(alertname)}}`,
            value: 1,
          })),
        })),
      },
    ],
  };
}
