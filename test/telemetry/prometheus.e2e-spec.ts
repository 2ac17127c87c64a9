import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startedVisit } from '../ilianaai-avatar/visit.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import { readComposeConfigs } from '../system/compose-file.js';
import { alertsOf, type Job, JOBS, opsFile } from './judge-alerts.js';
import { metricNamesIn } from './metric-names.js';
import { promtool, type RunningPrometheus, startPrometheus } from './prometheus-tools.js';
import { METRICS_TOKEN, scrape } from './scrape.js';
import { until } from '../support/until.js';

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** Reports are made of what has ended yesterday, and nobody has erased or refused anything here. */
const NOT_YET_TOLD = new Set(['avatar_reconcile_difference_seconds']);

let world: World;
let prometheus: RunningPrometheus;

/** The queries of an app's dashboard, by the titles of their panels. */
async function queriesOf(job: Job): Promise<[title: string, query: string][]> {
  const { panels } = JSON.parse(await readFile(opsFile(job, 'dashboard.json'), 'utf8')) as {
    panels: Panel[];
  };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }): [string, string] => [title, expr]),
  );
}

/** What docker compose gives Prometheus, with the addresses of this run, and asked more often. */
function composed(): string {
  const { prometheus: configuration = '' } = readComposeConfigs();
  const urls = { 'ilianaai-avatar': world.avatar.baseUrl, 'petya-avatar-api': world.petya.baseUrl };
  return JOBS.reduce(
    (text, job) => text.replace(new RegExp(`'${job}:\\d+'`), `'${new URL(urls[job]).host}'`),
    configuration.replaceAll('15s', '1s'),
  );
}

beforeAll(async () => {
  const environment = { METRICS_TOKEN };
  world = await startWorld({ environment, petyaEnvironment: environment });
  const talk = await startedVisit(world.avatar, await world.customer());
  await talk.stop();
  await talk.untilState('delivered');
  const rules = JOBS.map(async (job) => [
    `${job}.yml`,
    await readFile(opsFile(job, 'alerts.yml'), 'utf8'),
  ]);
  const files = Object.fromEntries(await Promise.all(rules)) as Record<string, string>;
  prometheus = await startPrometheus(composed(), { ...files, 'metrics-token': METRICS_TOKEN });
});
afterAll(async () => {
  await prometheus.stop();
  await world.stop();
});

describe('a dashboard', () => {
  it.each([
    ['ilianaai-avatar', 'AvatarErrors'],
    ['petya-avatar-api', 'PetyaErrors'],
  ] as const)('of %s shows the share of failing calls as %s counts it', async (job, name) => {
    const isShare = ([title]: [string, string]) => title.startsWith('Share that fails');
    const [, share = ''] = (await queriesOf(job)).find(isShare) ?? [];
    const [failing, all] = share.split(' / ');
    const rule = (await alertsOf(job)).find(({ alert }) => alert === name);
    expect(rule?.expr).toBe(`${failing} > 0.05 * ${all} and ${failing} > 0.02`);
  });
});

describe('a real Prometheus with the configuration of docker compose', () => {
  it('scrapes both apps with the token, and knows every rule', async () => {
    type Targets = { activeTargets: { labels: { job: string }; health: string }[] };
    const healthy = await until('both apps were scraped', async () => {
      const { activeTargets } = await prometheus.ask<Targets>('targets');
      const up = activeTargets.filter(({ health }) => health === 'up');
      return up.length === JOBS.length && up;
    });
    expect(healthy.map(({ labels }) => labels.job).toSorted()).toEqual([...JOBS]);
    type Rules = { groups: { name: string; rules: { name: string; health: string }[] }[] };
    const { groups } = await until('the rules were evaluated', async () => {
      const rules = await prometheus.ask<Rules>('rules');
      const healths = rules.groups.flatMap((group) => group.rules.map(({ health }) => health));
      return healths.length > 0 && !healths.includes('unknown') && rules;
    });
    for (const { name, rules } of groups) {
      const names = (await alertsOf(name as Job)).map(({ alert }) => alert);
      expect(rules.map((rule) => [rule.name, rule.health])).toEqual(
        names.map((alert) => [alert, 'ok']),
      );
    }
    expect(groups.map(({ name }) => name).toSorted()).toEqual([...JOBS]);
  });

  it.each(JOBS)('understands every query of the dashboard of %s', async (job) => {
    for (const [title, query] of await queriesOf(job)) {
      const asked = prometheus.ask('query', { query }).then(
        () => [title, 'understood'],
        (error: unknown) => [title, String(error)],
      );
      expect(await asked).toEqual([title, 'understood']);
    }
  });

  it('sees that the processor was used, and which version runs', async () => {
    type Found = { result: { metric: Record<string, string> }[] };
    await until('the processor was used in both', async () => {
      const used = await prometheus.ask<Found>('query', { query: 'process_cpu_seconds_total > 0' });
      return used.result.length === JOBS.length && used;
    });
    const { result } = await prometheus.ask<Found>('query', { query: 'build_info' });
    expect(result.map(({ metric }) => metric['version'])).toEqual([
      expect.stringMatching(/^\d+\.\d+\.\d+/),
      expect.stringMatching(/^\d+\.\d+\.\d+/),
    ]);
  });

  it.each(JOBS)('has every metric that the dashboard and the alerts of %s read', async (job) => {
    const alerts = (await alertsOf(job)).map(({ expr }) => expr);
    const queries = [...(await queriesOf(job)).map(([, query]) => query), ...alerts];
    const read = new Set(queries.flatMap(metricNamesIn));
    expect(read.size).toBeGreaterThan(8);
    const known = await until('it has scraped everything', async () => {
      const names = await prometheus.ask<string[]>('label/__name__/values');
      return names.includes('avatar_vendor_credits') && names;
    });
    const missing = [...read].filter((name) => !known.includes(name) && !NOT_YET_TOLD.has(name));
    expect(missing).toEqual([]);
    // What has no value yet is described all the same.
    const { text } = await scrape(world.avatar.baseUrl);
    for (const name of NOT_YET_TOLD) expect(text).toContain(`# TYPE ${name} gauge`);
  });
});

describe('what promtool says of the metrics', () => {
  it.each(JOBS)('of %s is nothing', async (job) => {
    const app = job === 'ilianaai-avatar' ? world.avatar : world.petya;
    const { text } = await scrape(app.baseUrl);
    expect(await promtool(['check', 'metrics'], text)).toEqual({ isContent: true, said: '' });
  });
});
