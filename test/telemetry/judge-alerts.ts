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
