import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { readAvatarConfig } from '../../apps/ilianaai-avatar/src/config/avatar-config.js';
import { AvatarEnvironment } from '../../apps/ilianaai-avatar/src/config/avatar.environment.js';
import { loadPetyaConfig } from '../../apps/petya-avatar-api/src/config/petya-config.js';
import { PetyaEnvironment } from '../../apps/petya-avatar-api/src/config/petya-environment.js';
import { load } from 'js-yaml';
import { projectRoot } from '../stack/project-root.js';
import { type Addresses, addressFaults } from './compose-addresses.js';
import { type ComposeService, readComposeConfigs, readComposeFile } from './compose-file.js';

const services = readComposeFile();
const service = (name: string): ComposeService => services[name] ?? { environment: {} };
const ownServices = Object.entries(services).filter(([, { build }]) => build !== undefined);

/** The variables that an app's environment class declares. */
function declaredBy(type: new () => object): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))].toSorted();
}

const given = (name: string) => Object.keys(service(name).environment).toSorted();

const textOf = (file: string) => readFileSync(join(projectRoot, file), 'utf8');

const simulatorUrl = 'http://vendor-simulator:7070';

/** Every address that a container is given: who uses it, and which service answers there. */
const ADDRESSES: Addresses = {
  'petya-avatar-api': {
    MONGODB_URI: { usedBy: 'container', to: 'mongodb' },
    AVATAR_SERVICE_URL: { usedBy: 'browser', to: 'ilianaai-avatar' },
    PETYA_PUBLIC_URL: { usedBy: 'browser', to: 'petya-avatar-api' },
  },
  'ilianaai-avatar': {
    MONGODB_URI: { usedBy: 'container', to: 'mongodb' },
    LIVEAVATAR_BASE_URL: { usedBy: 'container', to: 'vendor-simulator' },
    HEYGEN_BASE_URL: { usedBy: 'container', to: 'vendor-simulator' },
    // The app's default, which is the vendor's own.
    PETYA_BASE_URL: { usedBy: 'container', to: 'petya-avatar-api' },
    PETYA_BOARD_URL: { usedBy: 'browser', to: 'petya-avatar-api' },
    // Of pages that this file has no service for.
    DEFAULT_ALLOWED_ORIGINS: { usedBy: 'browser', to: null },
  },
  'vendor-simulator': { LIVEKIT_URL: { usedBy: 'both', to: 'livekit' } },
  'demo-account': {
    PETYA_URL: { usedBy: 'container', to: 'petya-avatar-api' },
    ALLOWED_ORIGINS: { usedBy: 'browser', to: 'customer-page' },
  },
  'customer-page': {
    PETYA_URL: { usedBy: 'browser', to: 'petya-avatar-api' },
    PETYA_INNER_URL: { usedBy: 'container', to: 'petya-avatar-api' },
    AVATAR_URL: { usedBy: 'browser', to: 'ilianaai-avatar' },
  },
};

/** The rates that .env.example shows are those of production. */
const productionRates = { perAddress: 6_000, perKey: 3_000, failedPerAddress: 60 };

/** Message of the refusal to start. */
function refusalOf(start: () => unknown): string {
  try {
    start();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the environment that docker-compose.yml gives the apps', () => {
  it('starts the avatar gateway and holds every variable that it reads, and no other', () => {
    expect(readAvatarConfig(service('ilianaai-avatar').environment).port).toBe(3000);
    expect(given('ilianaai-avatar')).toEqual(declaredBy(AvatarEnvironment));
  });

  it("starts Petya's API and holds every variable that it reads, and no other", () => {
    expect(loadPetyaConfig(service('petya-avatar-api').environment).port).toBe(5000);
    expect(given('petya-avatar-api')).toEqual(declaredBy(PetyaEnvironment));
  });

  it('is what the table of variables names, app by app', () => {
    const [, table = ''] = /## Configuration\n([^]*?)\n## /.exec(textOf('apps/OPERATING.md')) ?? [];
    const rows = [...table.matchAll(/^\| (avatar|petya|both) +\| ([^|]+)/gm)];
    const named = (app: string) =>
      rows
        .filter(([, of]) => of === app || of === 'both')
        .flatMap(([, , names = '']) => [...names.matchAll(/`([A-Z][A-Z_]+)`/g)])
        .map(([, name]) => name)
        .toSorted();
    expect(named('avatar')).toEqual(declaredBy(AvatarEnvironment));
    expect(named('petya')).toEqual(declaredBy(PetyaEnvironment));
  });

  it('takes from .env what .env.example says, and nothing that it does not', () => {
    const taken = textOf('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g);
    const offered = textOf('.env.example').matchAll(/^#?([A-Z_]+)=/gm);
    const names = (matches: Iterable<RegExpMatchArray>) =>
      [...new Set([...matches].map(([, name]) => name))].toSorted();
    expect(names(taken)).toEqual(names(offered));
  });

  it('reads the examples of .env.example as the defaults that they are', () => {
    const examples = Object.fromEntries(
      [...textOf('.env.example').matchAll(/^#?([A-Z_]+)=(.+)$/gm)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    );
    const example = readComposeFile({
      ...examples,
      LIVEAVATAR_BASE_URL: simulatorUrl,
      HEYGEN_BASE_URL: simulatorUrl,
    });
    expect(readAvatarConfig(example['ilianaai-avatar']?.environment ?? {})).toEqual({
      ...readAvatarConfig(service('ilianaai-avatar').environment),
      rates: { ...productionRates, named: { tokens: 60, tokensOfVisitor: 20 } },
    });
    expect(loadPetyaConfig(example['petya-avatar-api']?.environment ?? {})).toEqual({
      ...loadPetyaConfig(service('petya-avatar-api').environment),
      rates: { ...productionRates, named: { visitors: 60, messages: 240 } },
    });
  });

  it.each([
    ['as it is', {}],
    ['on other ports', { AVATAR_PORT: '3100', PETYA_PORT: '5100', PAGE_PORT: '8181' }],
  ])('gives each party the addresses that it can reach itself: %s', (_, variables) => {
    expect(addressFaults(readComposeFile(variables), ADDRESSES)).toEqual([]);
  });

  it('tells a browser the address of the gateway that .env names', () => {
    const told = readComposeFile({ AVATAR_SERVICE_URL: 'https://avatar.test' });
    expect(told['petya-avatar-api']?.environment['AVATAR_SERVICE_URL']).toBe('https://avatar.test');
  });

  it('lets the two apps, the simulator and the demo account recognise each other', () => {
    const [avatar, petya] = [service('ilianaai-avatar'), service('petya-avatar-api')];
    expect(petya.environment['SERVICE_TOKENS']).toBe(avatar.environment['PETYA_AUTH_TOKEN']);
    expect(service('vendor-simulator').environment['SIM_API_KEY']).toBe(
      avatar.environment['LIVEAVATAR_API_KEY'],
    );
    expect(service('demo-account').environment['ADMIN_TOKEN']).toBe(
      petya.environment['ADMIN_TOKEN'],
    );
  });

  it('keeps both apps from starting in production with the local secrets', () => {
    const production = readComposeFile({ NODE_ENV: 'production' });
    const environment = (name: string): Readonly<Record<string, string>> =>
      production[name]?.environment ?? {};
    const avatar = refusalOf(() => readAvatarConfig(environment('ilianaai-avatar')));
    for (const name of ['LIVEAVATAR_API_KEY', 'LIVEAVATAR_BASE_URL', 'SESSION_TOKEN_SECRET']) {
      expect(avatar).toContain(name);
    }
    const petya = refusalOf(() => loadPetyaConfig(environment('petya-avatar-api')));
    for (const name of ['SERVICE_TOKENS', 'ADMIN_TOKEN', 'METRICS_TOKEN', 'API_KEY_PEPPER']) {
      expect(petya).toContain(name);
    }
    expect(`${avatar}${petya}`).not.toContain('local-only');
  });
});

describe('Prometheus and Grafana in docker-compose.yml', () => {
  const observing = ['prometheus', 'grafana'];
  const APPS = { 'ilianaai-avatar': '3000', 'petya-avatar-api': '5000' };

  it('are there where somebody asks for them, and nobody waits for them', () => {
    for (const name of observing) {
      expect(service(name).profiles).toEqual(['observe']);
      expect(service(name).image).toMatch(/^[\w/]+:v?\d+\.\d+\.\d+$/);
    }
    const others = Object.entries(services).filter(([name]) => !observing.includes(name));
    for (const [, { profiles, depends_on = [] }] of others) {
      expect(profiles).toBeUndefined();
      const awaited = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      expect(awaited.filter((name) => observing.includes(name))).toEqual([]);
    }
  });

  it.each([
    ['as it is', {}],
    ['with tokens and ports of its own', { METRICS_TOKEN: 'a-token-of-metrics', ADMIN_PORT: '9' }],
  ])('ask both apps where their metrics are, with the token that they take: %s', (_, variables) => {
    const { prometheus = '', 'metrics-token': token = '' } = readComposeConfigs(variables);
    const { scrape_configs: jobs } = load(prometheus) as {
      scrape_configs: {
        job_name: string;
        authorization: { credentials_file: string };
        static_configs: { targets: string[] }[];
      }[];
    };
    const files = service('prometheus').configs ?? [];
    const tokenFile = files.find(({ source }) => source === 'metrics-token')?.target;
    const told = readComposeFile(variables);
    for (const [app, port] of Object.entries(APPS)) {
      const job = jobs.find(({ job_name }) => job_name === app);
      const inner = told[app]?.environment['ADMIN_PORT'] || port;
      expect(job?.static_configs).toEqual([{ targets: [`${app}:${inner}`] }]);
      expect(job?.authorization.credentials_file).toBe(tokenFile);
      expect(told[app]?.environment['METRICS_TOKEN']).toBe(token);
    }
  });

  it('are given files that are there', () => {
    const mounted = observing.flatMap((name) => service(name).volumes ?? []);
    const files = mounted.map((each) => each.split(':')[0] ?? '').filter((each) => each[0] === '.');
    expect(files).toHaveLength(6);
    expect(files.filter((file) => !existsSync(join(projectRoot, file)))).toEqual([]);
    for (const app of Object.keys(APPS)) {
      expect(mounted).toContain(`./apps/${app}/ops/alerts.yml:/etc/prometheus/${app}.yml:ro`);
      expect(mounted).toContain(
        `./apps/${app}/ops/dashboard.json:/etc/grafana/dashboards/${app}.json:ro`,
      );
    }
  });

  it('find each other', () => {
    const { datasources } = load(textOf('apps/observe/grafana/datasource.yml')) as {
      datasources: { uid: string; url: string }[];
    };
    expect(datasources).toMatchObject([{ uid: 'prometheus', url: 'http://prometheus:9090' }]);
    for (const app of Object.keys(APPS)) {
      const board = textOf(`apps/${app}/ops/dashboard.json`);
      const uids = [...board.matchAll(/"uid": "(.+?)"/g)].map(([, uid]) => uid);
      // Each panel goes by the choice at the top, which is ours here and whatever there is elsewhere.
      expect(new Set(uids)).toEqual(new Set([app, '${datasource}']));
      const { templating } = JSON.parse(board) as { templating: { list: object[] } };
      expect(templating.list).toMatchObject([
        { name: 'datasource', type: 'datasource', current: { value: 'prometheus' } },
      ]);
    }
  });
});

describe('the services of docker-compose.yml', () => {
  const apps = ['ilianaai-avatar', 'petya-avatar-api'];

  it.each(apps)('builds %s as the app of that name', (name) => {
    expect(service(name).build).toMatchObject({ target: 'app', args: { APP: name } });
    expect(existsSync(join(projectRoot, 'apps', name, 'src', 'main.ts'))).toBe(true);
  });

  it('run programs whose sources are there', () => {
    const programs = ownServices.flatMap(([, { command }]) => (command ? [command[1] ?? ''] : []));
    expect(programs).not.toHaveLength(0);
    for (const program of programs) {
      const source = program.replace('.cache/build/', '').replace(/\.js$/, '.ts');
      expect(existsSync(join(projectRoot, source)) ? '' : source).toBe('');
    }
  });

  it('give every long-running program time to drain, a restart and a health check', () => {
    const image = textOf('Dockerfile');
    expect(image).toMatch(/^HEALTHCHECK /m);
    for (const [name, own] of ownServices.filter(([named]) => named !== 'demo-account')) {
      const checked = own.healthcheck !== undefined || own.build?.target === 'app';
      expect([name, own.restart, own.stop_grace_period, checked]).toEqual([
        name,
        'unless-stopped',
        '30s',
        true,
      ]);
    }
  });

  it('never run as root', () => {
    const image = textOf('Dockerfile');
    const [, ...stages] = image.split(/^FROM /m);
    const targets = stages.filter((stage) => / AS (app|tools)\n/.test(stage));
    expect(targets).toHaveLength(2);
    for (const stage of targets) expect(stage).toMatch(/^USER node$/m);
  });
});

describe('the compose file', () => {
  /** What has to be healthy, or done, before a service starts. */
  const WAITS: Readonly<Record<string, readonly string[]>> = {
    mongodb: [],
    'petya-avatar-api': ['mongodb: service_healthy'],
    'ilianaai-avatar': ['mongodb: service_healthy', 'petya-avatar-api: service_healthy'],
    livekit: [],
    'vendor-simulator': ['livekit: service_started'],
    'demo-account': ['petya-avatar-api: service_healthy'],
    'customer-page': [
      'demo-account: service_completed_successfully',
      'ilianaai-avatar: service_healthy',
      'vendor-simulator: service_healthy',
    ],
    prometheus: [],
    grafana: ['prometheus: service_started'],
  };

  it('has these services, each of which waits for those it needs', () => {
    const waits = Object.entries(services).map(([name, { depends_on }]) => [
      name,
      waitsOf(depends_on).toSorted(),
    ]);
    expect(Object.fromEntries(waits)).toEqual(WAITS);
  });

  it('waits for the health only of what has a check', () => {
    const waited = Object.values(services).flatMap(({ depends_on }) => waitsOf(depends_on));
    const healthy = waited.flatMap((each) => /^(.+): service_healthy$/.exec(each)?.[1] ?? []);
    for (const name of healthy) {
      const { healthcheck, build } = service(name);
      expect([name, healthcheck !== undefined || build?.target === 'app']).toEqual([name, true]);
    }
  });

  it('makes the code of a module that each app has', () => {
    const [, module = ''] = /import\('\/app\/dist\/([^']+)\.js'\)/.exec(textOf('Dockerfile')) ?? [];
    const apps = ['ilianaai-avatar', 'petya-avatar-api'];
    const sources = apps.map((app) => join(projectRoot, `${module.replace('$APP', app)}.ts`));
    expect(sources.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('builds only stages that the Dockerfile has', () => {
    const stages = [...textOf('Dockerfile').matchAll(/^FROM .+ AS (\w+)$/gm)].map(([, as]) => as);
    for (const [, { build }] of ownServices) expect(stages).toContain(build?.target);
  });

  it('publishes every port on this machine only, unless another address is named', () => {
    const published = (of: ReturnType<typeof readComposeFile>) =>
      Object.values(of).flatMap(({ ports = [] }) => ports);
    expect(published(services)).toHaveLength(8);
    for (const port of published(services)) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+(\/udp)?$/);
    const open = published(readComposeFile({ BIND_ADDRESS: '0.0.0.0' }));
    for (const port of open) expect(port).toMatch(/^0\.0\.0\.0:\d+:\d+(\/udp)?$/);
  });

  it('runs images of a fixed version', () => {
    for (const [name, { image }] of Object.entries(services)) {
      if (image !== undefined)
        expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d/)]);
    }
  });
});

function waitsOf(dependsOn: ComposeService['depends_on']): string[] {
  if (Array.isArray(dependsOn)) return dependsOn.map((name) => `${name}: service_started`);
  return Object.entries(dependsOn ?? {}).map(([name, { condition }]) => `${name}: ${condition}`);
}
