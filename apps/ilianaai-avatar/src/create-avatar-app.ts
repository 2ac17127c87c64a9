import { fileURLToPath } from 'node:url';
import { type BodyRule, createHttpApp, type RunnableApp } from '#platform';
import { AppModule, type FileFolders } from './app.module.js';
import { apiOf, SECOND_PATH } from './avatar-api.js';
import { readAvatarConfig } from './config/avatar-config.js';
import { avatarErrors } from './errors.js';
import { isSocketOffer } from './heygen/socket/opening-handshake.js';
import { isPluginPath } from './plugin/plugin-path.js';

/** Beside the compiled apps, where the builds put them. */
const FOLDERS: FileFolders = {
  plugin: fileURLToPath(new URL('../../../plugin', import.meta.url)),
  board: fileURLToPath(new URL('../../../board/gateway', import.meta.url)),
};

/** Bodies that differ from JSON up to 64 KiB. */
const BODY_RULES: readonly BodyRule[] = [
  { path: /^\/v1\/sessions\/leave$/, type: 'text' },
  // A text of 32 KiB may be all escapes, six bytes for one.
  { path: /^\/v1\/streaming\.(avatar_message|task)$/, maxBytes: 256 * 1024 },
];

/**
 * Builds the app from an environment; `main.ts` and the tests use the same one.
 * @param folders where files are, if not where the builds put them
 * @throws ConfigError
 */
export async function createAvatarApp(
  environment: Readonly<Record<string, string | undefined>>,
  folders: Partial<FileFolders> = {},
): Promise<RunnableApp> {
  const config = readAvatarConfig(environment);
  const app = await createHttpApp(AppModule.forRoot(config, { ...FOLDERS, ...folders }), {
    errors: avatarErrors,
    vendorShaped: (path) => path.startsWith('/v1/'),
    bodyRules: BODY_RULES,
    api: apiOf(config),
    log: { level: config.logLevel, json: config.isProduction, secrets: config.secrets },
    isProduction: config.isProduction,
    operators: config.operators,
    adminAddress: config.adminAddress,
    metricsTokens: config.metricsTokens,
    trustedProxies: config.trustedProxies,
    alsoUnder: SECOND_PATH,
    isUpgrade: isSocketOffer,
    isFile: isPluginPath,
  });
  return { app, host: config.host, port: config.port, drainSeconds: config.drainSeconds };
}
