import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { loadEnvironment } from '#platform';
import { readAvatarConfig } from '../../apps/ilianaai-avatar/src/config/avatar-config.js';
import { AvatarEnvironment } from '../../apps/ilianaai-avatar/src/config/avatar.environment.js';
import { loadPetyaConfig } from '../../apps/petya-avatar-api/src/config/petya-config.js';
import { PetyaEnvironment } from '../../apps/petya-avatar-api/src/config/petya-environment.js';
import { projectRoot } from '../stack/project-root.js';
import { type ComposeService, readComposeFile } from './compose-file.js';

const services = readComposeFile();
const service = (name: string): ComposeService => services[name] ?? { environment: {} };
const ownServices = Object.entries(services).filter(([, { build }]) => build !== undefined);

/** Variables that the service is given and the class does not declare. */
function unknownTo(type: new () => object, name: string): string[] {
  const { environment } = service(name);
  const known = loadEnvironment(type, environment);
  return Object.keys(environment).filter((variable) => !(variable in known));
}

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
  it('starts the avatar gateway and has no variable that it does not know', () => {
    expect(readAvatarConfig(service('ilianaai-avatar').environment).port).toBe(3000);
    expect(unknownTo(AvatarEnvironment, 'ilianaai-avatar')).toEqual([]);
  });

  it("starts Petya's API and has no variable that it does not know", () => {
    expect(loadPetyaConfig(service('petya-avatar-api').environment).port).toBe(5000);
    expect(unknownTo(PetyaEnvironment, 'petya-avatar-api')).toEqual([]);
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
    for (const name of ['SERVICE_TOKENS', 'ADMIN_TOKEN', 'API_KEY_PEPPER']) {
      expect(petya).toContain(name);
    }
    expect(`${avatar}${petya}`).not.toContain('local-only');
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
    const image = readFileSync(join(projectRoot, 'Dockerfile'), 'utf8');
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
    const image = readFileSync(join(projectRoot, 'Dockerfile'), 'utf8');
    const [, ...stages] = image.split(/^FROM /m);
    const targets = stages.filter((stage) => / AS (app|tools)\n/.test(stage));
    expect(targets).toHaveLength(2);
    for (const stage of targets) expect(stage).toMatch(/^USER node$/m);
  });
});

describe('docker compose', () => {
  it('accepts the file where its client is there', async () => {
    const run = promisify(execFile);
    const client = await run('docker', ['compose', 'version']).catch(() => null);
    if (client === null) return;
    const config = ['compose', '--file', join(projectRoot, 'docker-compose.yml'), 'config'];
    const { stdout } = await run('docker', [...config, '--services']);
    expect(stdout.trim().split('\n').toSorted()).toEqual(Object.keys(services).toSorted());
  });
});
