import type { NestExpressApplication } from '@nestjs/platform-express';
import { fileURLToPath } from 'node:url';
import { type BodyRule, createHttpApp, type HttpAppOptions, SHARED_CREDENTIALS } from '#platform';
import { AppModule } from './app.module.js';
import { isOwnCaller } from './auth/own-caller.js';
import type { PetyaConfig } from './config/petya-config.js';
import { petyaErrors } from './errors.js';

/** Beside the compiled apps, where the build puts it. */
const BOARD_FOLDER = fileURLToPath(new URL('../../../board/petya', import.meta.url));

const MIB = 1024 * 1024;

/** A transcript may hold 4 MiB of text, which escapes can blow up. */
const bodyRules: readonly BodyRule[] = [
  {
    path: /^\/api\/v1\/avatar\/conversations\/[^/]+\/status\/?$/,
    maxBytes: 16 * MIB,
    // 5,000 turns of five members.
    maxMembers: 100_000,
  },
];

const api: HttpAppOptions['api'] = {
  title: 'petya-avatar-api',
  description: 'Accounts, visitors, conversations and avatar transcripts of the chat plugin.',
  servers: ['/'],
  tags: {
    plugin: "What the plugin and the customer's server call.",
    avatar: 'What ilianaai-avatar calls.',
    operator: 'What the operator does with accounts, keys and visitors.',
    health: 'Probes of whoever runs the service.',
  },
  renewsVisitorTokens: true,
  security: {
    ...SHARED_CREDENTIALS,
    serviceToken: {
      type: 'http',
      scheme: 'bearer',
      description:
        'One of SERVICE_TOKENS, which the two apps share. No key of an account opens these routes.',
    },
  },
};

/**
 * Builds the app as `main.ts` runs it and the tests call it; nothing listens yet.
 * @param boardFolder where the board's files are, if not where the build puts them
 */
export function createPetyaApp(
  config: PetyaConfig,
  boardFolder = BOARD_FOLDER,
): Promise<NestExpressApplication> {
  return createHttpApp(AppModule.register(config, boardFolder), {
    errors: petyaErrors,
    vendorShaped: () => false,
    bodyRules,
    api,
    log: { level: config.logLevel, json: config.isProduction, secrets: config.secrets },
    isProduction: config.isProduction,
    operators: config.operators,
    adminAddress: config.adminAddress,
    metricsTokens: config.metricsTokens,
    isOwnCaller: ({ headers }) => isOwnCaller(headers, config.serviceTokens),
    ...(config.trustedProxies ? { trustedProxies: config.trustedProxies } : {}),
  });
}
