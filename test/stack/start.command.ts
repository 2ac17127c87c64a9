import { join } from 'node:path';
import { withoutUser } from './database-uri.js';
import type { ExitResult } from './exit-result.js';
import { describeExit } from './exit-result.js';
import type { ManagedProcess } from './managed-process.js';
import { buildLiveKit, canBuildLiveKit, findLiveKit } from './livekit.js';
import { requirePort } from './ports.js';
import type { LiveKitPorts } from './programs.js';
import { cachePath } from './project-root.js';
import { loadSecrets } from './secrets.js';
import { type Stack, startStack } from './stack.js';
import { say, sayFailure } from './say.js';
import { table } from './table.js';
import { untilSignalled } from './until-signalled.js';
import { optional } from './variables.js';

/** Data, logs and secrets of this stack; another folder makes a second stack possible. */
const folder = optional('STACK_FOLDER') ?? cachePath();
const stopped = untilSignalled();
let stack: Stack | undefined;

try {
  const starting = start();
  await Promise.race([starting, stopped]);
  stack = await starting;
  describe(stack);
  stack.processes.onUnexpectedExit = (process, exit) => {
    // Text goes on without video, so a media server that cannot start is no reason to end.
    if (process.name !== 'livekit') void startAgain(process, exit);
  };
  await stopped;
  say('Stopping …');
  await stack.stop();
} catch (error) {
  sayFailure(error);
  await stack?.stop();
  process.exitCode = 1;
}
process.exit();

async function start(): Promise<Stack> {
  const ports = {
    avatar: await requirePort('the avatar gateway', 'AVATAR_PORT', 3000),
    petya: await requirePort("Petya's API", 'PETYA_PORT', 5000),
    page: await requirePort('the customer page', 'PAGE_PORT', 8080),
    simulator: await requirePort('the vendor simulator', 'SIMULATOR_PORT', 7070),
    database: await requirePort('the database', 'DATABASE_PORT', 27117),
  };
  const livekit = await livekitPorts();
  say('Starting …');
  return startStack({
    ports: { ...ports, livekit },
    logFolder: join(folder, 'logs'),
    dataDir: join(folder, 'data'),
    secrets: await loadSecrets(join(folder, 'secrets.json')),
    logLevel: optional('LOG_LEVEL') ?? 'info',
    onProgress: say,
  });
}

/** Three ports that follow each other, or nothing where no media server can be had. */
async function livekitPorts(): Promise<LiveKitPorts | undefined> {
  if (!(await provideLiveKit())) return undefined;
  const port = await requirePort('the media server', 'LIVEKIT_PORT', 7880);
  return { port, tcpPort: port + 1, udpPort: port + 2 };
}

/** What the table promises works when it is printed, so the first start waits for the build. */
async function provideLiveKit(): Promise<boolean> {
  if ((await findLiveKit()) !== undefined) return true;
  if (!(await canBuildLiveKit())) {
    say('No LiveKit server and no Go to build one: the page runs in text, without video.');
    return false;
  }
  say('Building the media server with Go (once, one to three minutes) …');
  try {
    await buildLiveKit();
    return true;
  } catch {
    say('The media server did not build: the page runs in text, without video.');
    return false;
  }
}

function describe({ urls, account, database }: Stack): void {
  say('');
  say(
    table([
      ['What', 'Where', 'What for'],
      ['Customer page', urls.page, 'open it and talk to the avatar'],
      [
        'Avatar gateway',
        urls.avatar,
        'sessions: /v1/…, the plugin: /plugin/v1/plugin.js, /openapi.json',
      ],
      ["Petya's API", `${urls.petya}/api/v1`, 'accounts and conversations, /openapi.json'],
      ['Vendor simulator', urls.simulator, 'what the vendor saw: /_control/ledger'],
      ['Customer key', account.apiKey, 'the key of the demo account, to paste'],
      [
        "Operator's token",
        join(folder, 'secrets.json'),
        'adminToken: the boards, /api/v1/admin/… of both, metricsToken: /metrics',
      ],
      [
        "Operator's boards",
        `${urls.avatar}/board`,
        'sessions as they run; sign in with adminToken',
      ],
      ['', `${urls.petya}/board`, 'accounts, their keys and embed code'],
      ['Accounts', 'npm run accounts -- list', 'make others: npm run accounts -- --help'],
      ['Database', withoutUser(database.uri), database.description],
    ]),
  );
  say(`\nLogs are in ${join(folder, 'logs')}. Ctrl-C ends everything.`);
}

/** As an operator's supervisor does; what cannot start any more ends the whole. */
async function startAgain(ended: ManagedProcess, exit: ExitResult): Promise<void> {
  say(`${ended.name} ended ${describeExit(exit)}; starting it again.`);
  try {
    await ended.start();
    say(`${ended.name} is healthy again.`);
  } catch (error) {
    sayFailure(error);
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  }
}
