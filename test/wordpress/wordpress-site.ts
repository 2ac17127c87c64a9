import { execFile, type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../stack/find-on-path.js';
import { freePort } from '../stack/ports.js';
import { projectRoot } from '../stack/project-root.js';
import { until } from '../support/until.js';
import { inSystemFolder } from './debian-packages.js';

const run = promisify(execFile);
const SOURCE = join(projectRoot, 'test', 'wordpress', 'site');

/** Who may log in; `install.php` makes them. */
export const USERS = {
  owner: { name: 'owner', password: 'owner-of-the-shop' },
  ada: { name: 'ada', password: 'ada-who-buys' },
  bob: { name: 'bob', password: 'bob-who-looks' },
} as const;

/** A WordPress of its own in a temporary folder: files, database, web server. */
export class WordPressSite {
  private readonly children: ChildProcess[] = [];

  private constructor(
    readonly url: string,
    private readonly folder: string,
  ) {}

  /** @param wordpress the folder of WordPress as it was unpacked */
  static async start(wordpress: string): Promise<WordPressSite> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'wordpress-'));
    const site = new WordPressSite(`http://localhost:${port}`, folder);
    try {
      await site.begin(wordpress, port);
    } catch (error) {
      await site.stop();
      throw error;
    }
    return site;
  }

  private async begin(wordpress: string, port: number): Promise<void> {
    const { url, folder, children } = this;
    await copySite(wordpress, folder, url);
    children.unshift(await startDatabase(folder));
    await until('the site is installed', () => install(folder, url));
    children.unshift(startServer(folder, port));
    const login = `${url}/wp-login.php`;
    await until('the site answers', async () => (await fetch(login).catch(() => null))?.ok);
  }

  /** Runs PHP with WordPress loaded. @returns what it prints */
  async php(code: string): Promise<string> {
    const load = `require '${join(this.folder, 'site', 'wp-load.php')}';`;
    const { stdout } = await run('php', ['-r', `${load} ${code}`]);
    return stdout;
  }

  /** What PHP complained about in the plugin; an older WordPress has complaints enough of its own. */
  async complaints(): Promise<string[]> {
    const log = join(this.folder, 'site', 'wp-content', 'debug.log');
    const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n');
    return lines.filter((line) => line.includes('avatar-chat') || line.includes('avatar_chat'));
  }

  async stop(): Promise<void> {
    for (const child of this.children) await end(child);
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function copySite(wordpress: string, folder: string, url: string): Promise<void> {
  const site = join(folder, 'site');
  // Some of its files are links to what other packages have unpacked beside it.
  const isOfDebian = (path: string): boolean =>
    /\/(\.htaccess|wp-config\.php|ca-bundle\.crt)$/.test(path);
  await cp(wordpress, site, {
    recursive: true,
    dereference: true,
    filter: (path) => !isOfDebian(path),
  });
  const plugins = join(site, 'wp-content', 'mu-plugins');
  await mkdir(plugins, { recursive: true });
  await mkdir(join(site, 'wp-content', 'uploads'), { recursive: true });
  await cp(join(SOURCE, 'optimisers.php'), join(plugins, 'optimisers.php'));
  await writeFile(join(site, 'wp-config.php'), config(join(folder, 'database.sock'), url));
}

function config(socket: string, url: string): string {
  const constants = {
    DB_HOST: `localhost:${socket}`,
    DB_NAME: 'wordpress',
    DB_USER: 'root',
    DB_PASSWORD: '',
    DB_CHARSET: 'utf8mb4',
    WP_HOME: url,
    WP_SITEURL: url,
    WP_DEBUG: true,
    WP_DEBUG_LOG: true,
    WP_DEBUG_DISPLAY: false,
    FS_METHOD: 'direct',
    DISABLE_WP_CRON: true,
    WP_HTTP_BLOCK_EXTERNAL: true,
    AUTOMATIC_UPDATER_DISABLED: true,
    AUTH_KEY: 'one',
    SECURE_AUTH_KEY: 'two',
    LOGGED_IN_KEY: 'three',
    NONCE_KEY: 'four',
  };
  const lines = Object.entries(constants).map(
    ([name, value]) => `define('${name}', ${JSON.stringify(value).replaceAll('"', "'")});`,
  );
  return `<?php\n${lines.join('\n')}\n$table_prefix = 'wp_';\nif (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');\nrequire_once ABSPATH . 'wp-settings.php';\n`;
}

/** Nobody reaches it but by its socket, in a folder that is this user's. */
async function startDatabase(folder: string): Promise<ChildProcess> {
  const data = join(folder, 'database');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const where = ['--no-defaults', `--datadir=${data}`, ...asRoot];
  await run('mariadb-install-db', [...where, '--skip-test-db']);
  const program = (await findOnPath('mariadbd')) ?? inSystemFolder('mariadbd') ?? 'mariadbd';
  const socket = `--socket=${join(folder, 'database.sock')}`;
  return begin(program, [...where, socket, '--skip-networking', '--skip-grant-tables']);
}

/** False while the database does not answer yet. */
async function install(folder: string, url: string): Promise<boolean> {
  const socket = join(folder, 'database.sock');
  const given = [join(folder, 'site'), socket, url, JSON.stringify(USERS)];
  const { stdout } = await run('php', [join(SOURCE, 'install.php'), ...given]);
  if (stdout.includes('not yet')) return false;
  if (!stdout.includes('installed')) throw new Error(`WordPress did not install: ${stdout}`);
  return true;
}

function startServer(folder: string, port: number): ChildProcess {
  const flags = ['-d', 'variables_order=EGPCS', '-d', 'upload_max_filesize=8M'];
  const where = ['-S', `127.0.0.1:${port}`, '-t', join(folder, 'site')];
  return begin('php', [...flags, ...where], { PHP_CLI_SERVER_WORKERS: '4' });
}

function begin(program: string, flags: string[], env: Record<string, string> = {}): ChildProcess {
  const options = { stdio: 'ignore' as const, env: { ...process.env, ...env }, detached: true };
  const child = spawn(program, flags, options);
  child.once('error', () => undefined);
  process.once('exit', () => signal(child, 'SIGKILL'));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  signal(child, 'SIGTERM');
  await ended;
}

/** With its workers, which are a group. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
