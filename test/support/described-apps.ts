import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createAvatarApp } from '../../apps/ilianaai-avatar/src/create-avatar-app.js';
import { loadPetyaConfig } from '../../apps/petya-avatar-api/src/config/petya-config.js';
import { createPetyaApp } from '../../apps/petya-avatar-api/src/create-petya-app.js';

/** Any part of a description. */
export interface Part {
  readonly [name: string]: Part;
}

/** An operation of a description, as far as tests look at it. */
export interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly deprecated?: boolean;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Readonly<Record<string, unknown>>;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly headers: Readonly<Record<string, unknown>>;
        readonly content?: Readonly<
          Record<string, { readonly schema: Schema; readonly examples?: object }>
        >;
      }
    >
  >;
}

export type Schema = Readonly<Record<string, unknown>>;

/** `/openapi.json` of an app. */
export interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, { readonly description?: string }>>;
    readonly headers: Readonly<Record<string, object>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

/** Nobody answers there; a description needs no database. */
const NOWHERE = 'mongodb://127.0.0.1:9/none';

const COMMON = { NODE_ENV: 'test', LOG_LEVEL: 'error', PORT: '0', MONGODB_URI: NOWHERE };
const ADMIN = { ADMIN_TOKEN: 'admin-token-of-this-run' };
const HEYGEN = { HEYGEN_ENABLED: 'true', HEYGEN_API_KEY: 'key-of-the-older-vendor' };

type Environment = Readonly<Record<string, string>>;

/** What ilianaai-avatar says of itself. @param features left out: all there are */
export async function avatarDescription(features: Environment = { ...ADMIN, ...HEYGEN }) {
  const { app } = await createAvatarApp({
    ...COMMON,
    LIVEAVATAR_API_KEY: 'key-of-the-vendor',
    PETYA_BASE_URL: 'http://127.0.0.1:9',
    PETYA_AUTH_TOKEN: 'service-token-of-this-run',
    SESSION_TOKEN_SECRET: 'a-secret-of-this-run-that-signs-session-tokens',
    ...features,
  });
  return describedBy(app);
}

/** What petya-avatar-api says of itself. @param features left out: all there are */
export async function petyaDescription(features: Environment = ADMIN) {
  const config = loadPetyaConfig({
    ...COMMON,
    API_KEY_PEPPER: 'pepper-of-this-run-that-keys-are-digested-with',
    SERVICE_TOKENS: 'service-token-of-this-run',
    ...features,
  });
  return describedBy(await createPetyaApp(config));
}

async function describedBy(app: NestExpressApplication): Promise<Description> {
  try {
    await app.listen(0, '127.0.0.1');
    const answer = await fetch(`${await app.getUrl()}/openapi.json`);
    return (await answer.json()) as Description;
  } finally {
    await app.close();
  }
}

/** Every operation of a description, by its method and path. */
export function operationsIn({ paths }: Description): [string, DescribedOperation][] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, DescribedOperation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

/** Every schema in a part of a description with the way to it, those inside of others, too. */
export function schemasIn(part: unknown, way = ''): [string, Schema][] {
  if (Array.isArray(part)) return part.flatMap((each, at) => schemasIn(each, `${way}/${at}`));
  if (typeof part !== 'object' || part === null) return [];
  const inner = Object.entries(part).flatMap(([name, value]) =>
    ['example', 'examples', 'default', 'enum'].includes(name)
      ? []
      : schemasIn(value, `${way}/${name}`),
  );
  return [[way, part as Schema], ...inner];
}
