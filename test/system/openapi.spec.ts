import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BILLED_SOURCES,
  CLOSED_LISTS,
  END_REASONS,
  SESSION_STATES,
  STOPPED_BY,
  TOKEN_WARNINGS,
  wordsOf,
} from '#contracts';
import { errorBodySchema } from '#platform';
import { avatarErrors } from '../../apps/ilianaai-avatar/src/errors.js';
import { petyaErrors } from '../../apps/petya-avatar-api/src/errors.js';
import { projectRoot } from '../stack/project-root.js';
import {
  avatarDescription,
  type DescribedOperation,
  type Description,
  operationsIn,
  petyaDescription,
  type Schema,
  schemasIn,
} from '../support/described-apps.js';

let avatar: Description;
let petya: Description;

beforeAll(async () => {
  avatar = await avatarDescription();
  petya = await petyaDescription();
});

const both = [
  ['ilianaai-avatar', () => avatar, avatarErrors, avatarDescription],
  ['petya-avatar-api', () => petya, petyaErrors, petyaDescription],
] as const;

/** Members of every schema, with the way to each. */
function membersIn(part: unknown): [string, Schema][] {
  return schemasIn(part).flatMap(([way, { properties }]) =>
    way.endsWith('/properties') || typeof properties !== 'object' || properties === null
      ? []
      : Object.entries(properties).map(([name, member]): [string, Schema] => [
          `${way}.${name}`,
          member as Schema,
        ]),
  );
}

function operation(description: Description, title: string): DescribedOperation {
  const found = operationsIn(description).find(([each]) => each === title);
  if (!found) throw new Error(`${title} is not described`);
  return found[1];
}

function parameter(description: Description, title: string, name: string) {
  const found = operation(description, title).parameters?.find((each) => each.name === name);
  if (!found) throw new Error(`${title} has no ${name}`);
  return found;
}

describe.each(both)('the description of %s', (_app, description, errors, describeApp) => {
  it('is the same however often it is made', async () => {
    expect(await describeApp()).toEqual(description());
  });

  it('has no default in a body: a generated client would send it with every change', () => {
    const { schemas } = description().components;
    const inBodies = schemasIn(schemas).filter(([, schema]) => 'default' in schema);
    expect(inBodies.map(([way]) => way)).toEqual([]);
  });

  it('says in words what it is, of every member', () => {
    const { paths, components } = description();
    const members = membersIn([paths, components.schemas]).filter(
      // What of the error body a status narrows down is described in `Error`.
      ([way]) => !way.endsWith('/allOf/1.type'),
    );
    expect(members.length).toBeGreaterThan(60);
    const bare = members.filter(([, { description: words }]) => !isSentence(words));
    expect(bare.map(([way]) => way)).toEqual([]);
  });

  it('says in words what it is, of every parameter, tag, scheme and header', () => {
    const { tags, components } = description();
    const parameters = operationsIn(description()).flatMap(([title, { parameters: some = [] }]) =>
      some.map((each) => [`${title} ${each.name}`, each] as const),
    );
    const all = [
      ...parameters,
      ...tags.map((tag) => [tag.name, tag] as const),
      ...Object.entries(components.securitySchemes),
      ...Object.entries(components.headers),
    ];
    expect(parameters.length).toBeGreaterThan(10);
    const bare = all.filter(([, each]) => !isSentence((each as Schema)['description']));
    expect(bare.map(([name]) => name)).toEqual([]);
  });

  it('says of every operation what it does, in a line and at length', () => {
    for (const [title, { summary, description: words }] of operationsIn(description())) {
      expect([title, isSentence(summary), isSentence(words)]).toEqual([title, true, true]);
      expect(words).not.toBe(summary);
    }
  });

  it('has a type in every branch of an alternative', () => {
    const branches = schemasIn([description().paths, description().components.schemas]).flatMap(
      ([way, schema]) =>
        [schema['anyOf'], schema['oneOf']].flatMap((list) =>
          Array.isArray(list) ? list.map((branch) => [way, branch as Schema] as const) : [],
        ),
    );
    expect(branches.length).toBeGreaterThan(2);
    const open = branches.filter(([, branch]) => !('type' in branch) && !('$ref' in branch));
    expect(open.map(([way]) => way)).toEqual([]);
  });

  it('has a closed list by its name, with what each word means, wherever its words stand', () => {
    const { schemas } = description().components;
    const lists = Object.entries(CLOSED_LISTS).filter(([name]) => name in schemas);
    expect(lists.length).toBeGreaterThan(5);
    for (const [name, meanings] of lists) {
      const schema = schemas[name];
      expect(schema?.['enum']).toEqual(wordsOf(meanings));
      for (const [word, meaning] of Object.entries(meanings)) {
        expect(schema?.['description']).toContain(`\`${word}\`: ${meaning}`);
      }
    }
    const ways = schemasIn([description().paths, schemas]).filter(
      ([way, schema]) =>
        !lists.some(([name]) => way === `/1/${name}`) &&
        lists.some(([, meanings]) => String(schema['enum']) === wordsOf(meanings).join()),
    );
    expect(ways.map(([way]) => way)).toEqual([]);
  });

  it('names every operation by a verb and a noun, once', () => {
    const ids = operationsIn(description()).map(([, { operationId }]) => operationId);
    expect(ids.filter((id) => !/^[a-z]+(?:[A-Z][a-z]+)+$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says of every refusal which problems it may be, by its status, with an example of each', () => {
    const { schemas, examples } = description().components;
    const isErrorBody = new Ajv({ strict: false }).compile(errorBodySchema);
    const known = new Set(schemas['ProblemType']?.['enum'] as string[]);
    let refusals = 0;
    for (const [title, { responses }] of operationsIn(description())) {
      for (const [status, response] of Object.entries(responses)) {
        const isReport = status === '503' && title.includes('/health/');
        if (/^[123]/.test(status) || isReport) continue;
        for (const { schema, examples: shown = {} } of Object.values(response.content ?? {})) {
          const types = typesOf(schema);
          expect([title, status, types.length > 0]).toEqual([title, status, true]);
          const codes = types.map((type) => type.replace('urn:problem:', ''));
          expect(Object.keys(shown)).toEqual(codes);
          for (const code of codes) {
            refusals += 1;
            expect(known).toContain(`urn:problem:${code}`);
            const example = examples[code]?.value as { status: number; message: string };
            expect([code, isErrorBody(example)]).toEqual([code, true]);
            expect(example.message).not.toMatch(/[{}]/);
            if (status !== '4XX') expect([code, String(example.status)]).toEqual([code, status]);
            expect(Object.keys(errors)).toContain(code);
          }
        }
      }
    }
    expect(refusals).toBeGreaterThan(200);
  });

  it('says which headers an answer has', () => {
    for (const [, { responses }] of operationsIn(description())) {
      for (const [status, { headers }] of Object.entries(responses)) {
        const names = Object.keys(headers);
        for (const name of ['X-Request-Id', 'X-Trace-Id']) expect(names).toContain(name);
        if (status === '401') expect(names).toContain('WWW-Authenticate');
        if (status === '429' || status === '503') expect(names).toContain('Retry-After');
        if (status === '429' || status.startsWith('2')) expect(names).toContain('RateLimit-Reset');
      }
    }
  });

  it('names nothing that it does not have, and has nothing that it does not name', () => {
    const text = JSON.stringify(description());
    const named = new Set(
      [...text.matchAll(/"#\/components\/(\w+)\/([\w.-]+)"/g)].map(
        ([, kind, name]) => `${kind}/${name}`,
      ),
    );
    const { securitySchemes, ...others } = description().components;
    const had = Object.entries(others).flatMap(([kind, parts]) =>
      Object.keys(parts).map((name) => `${kind}/${name}`),
    );
    expect(had.toSorted()).toEqual([...named].toSorted());
    const used = operationsIn(description()).flatMap(([, { security }]) =>
      security.flatMap((each) => Object.keys(each)),
    );
    expect(Object.keys(securitySchemes).toSorted()).toEqual([...new Set(used)].toSorted());
    const tagged = operationsIn(description()).flatMap(([, { tags }]) => tags);
    expect(
      description()
        .tags.map(({ name }) => name)
        .toSorted(),
    ).toEqual([...new Set(tagged)].toSorted());
  });
});

describe('a number', () => {
  it.each([
    ['GET /api/v1/admin/accounts', () => petya],
    ['GET /api/v1/conversations/userConversation/{id}', () => petya],
    ['GET /api/v1/admin/sessions', () => avatar],
  ])('is one in the query of %s', (title, description) => {
    const { schema } = parameter(description(), title, 'limit');
    expect(schema).toEqual({ type: 'integer', minimum: 1, maximum: 100, default: 50 });
  });

  it('is whole wherever it counts something', () => {
    const fractions = [
      'credits',
      'creditsLeft',
      'durationSeconds',
      'max_session_duration',
      'session_duration_limit',
      'duration_ms',
      'timestamp',
      'absolute_timestamp',
      'speed',
      'stability',
      'similarityBoost',
      'style',
    ];
    const numbers = membersIn([avatar, petya]).filter(([, { type }]) =>
      [type].flat().includes('number'),
    );
    const names = numbers.map(([way]) => way.replace(/.*\./, ''));
    expect(names.filter((name) => !fractions.includes(name))).toEqual([]);
  });

  it.each(['timestamp', 'absolute_timestamp'])(
    'is meant by %s, of seconds or milliseconds',
    (name) => {
      const turn = petya.components.schemas['TranscriptTurnDto']?.['properties'] as Record<
        string,
        Schema
      >;
      expect(turn[name]).not.toHaveProperty('type');
      expect(turn[name]?.['anyOf']).toEqual([
        { type: 'number', exclusiveMinimum: 0, maximum: 4_102_444_800 },
        { type: 'number', minimum: 100_000_000_000, maximum: 4_102_444_800_000 },
      ]);
    },
  );

  it('is none where a text tells true from false', () => {
    const title = 'DELETE /api/v1/admin/accounts/{accountId}';
    expect(parameter(petya, title, 'force').schema).toEqual({ type: 'boolean' });
  });
});

describe('a credential', () => {
  const schemes = (description: Description, title: string) =>
    operation(description, title).security.flatMap((each) => Object.keys(each));

  it.each([
    ['GET /health/live', () => avatar],
    ['GET /health/ready', () => petya],
    // The token is the body.
    ['POST /v1/sessions/leave', () => avatar],
  ])('is not wanted by %s', (title, description) => {
    expect(operation(description(), title).security).toEqual([]);
  });

  it('is a key in either header at both apps', () => {
    const keys = ['customerKey', 'customerKeyBearer'];
    expect(schemes(avatar, 'POST /v1/sessions/token').toSorted()).toEqual(keys);
    expect(schemes(petya, 'POST /api/v1/visitors/init').toSorted()).toEqual(keys);
    const either = [...keys, 'sessionToken'];
    expect(schemes(avatar, 'POST /v1/sessions/stop').toSorted()).toEqual(either);
  });

  it.each([
    ['POST /v1/sessions/token', 'Idempotency-Key'],
    ['POST /v1/streaming.new', 'Idempotency-Key'],
    ['POST /v1/sessions/token', 'X-Visitor-Token'],
    ['POST /v1/sessions/token', 'traceparent'],
    ['POST /v1/streaming.new', 'traceparent'],
  ])('or a name comes to %s in %s, in that spelling, once', (title, name) => {
    const named = (operation(avatar, title).parameters ?? []).filter(
      (each) => each.name.toLowerCase() === name.toLowerCase(),
    );
    expect(named.map((each) => [each.name, each.in, each.required])).toEqual([
      [name, 'header', false],
    ]);
  });
});

describe('a closed list of the contract', () => {
  it.each([
    ['SessionViewDto', 'state', 'SessionState', SESSION_STATES],
    ['SessionViewDto', 'end_reason', 'EndReason', END_REASONS],
    ['SessionTokenDto', 'warnings', 'TokenWarning', TOKEN_WARNINGS],
    ['AdminSessionDto', 'state', 'SessionState', SESSION_STATES],
    ['AdminSessionDto', 'stoppedBy', 'StoppedBy', STOPPED_BY],
    ['BilledDto', 'source', 'BilledSource', BILLED_SOURCES],
  ])('is the type of %s.%s', (dto, member, name, words) => {
    const properties = avatar.components.schemas[dto]?.['properties'] as Record<string, Schema>;
    expect(JSON.stringify(properties[member])).toContain(`#/components/schemas/${name}`);
    expect(avatar.components.schemas[name]?.['enum']).toEqual(words);
  });

  it('of problems is the type of a refusal’s type', () => {
    const error = petya.components.schemas['Error']?.['properties'] as Record<string, Schema>;
    expect(error['type']?.['$ref']).toBe('#/components/schemas/ProblemType');
    const problems = petya.components.schemas['ProblemType'];
    expect(problems?.['enum']).toContain('urn:problem:delivery_conflict');
    expect(problems?.['description']).toContain(petyaErrors.delivery_conflict.message);
  });
});

describe('what describes the API', () => {
  it('is loaded by nobody who does not ask for the description', () => {
    const sources = ['apps', 'libs'].flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
        .map((name) => join(folder, name)),
    );
    const importing = (pattern: RegExp) =>
      sources.filter((name) => pattern.test(readFileSync(join(projectRoot, name), 'utf8')));
    const openapi = 'libs/platform/src/openapi/openapi.ts';
    expect(importing(/^import (?!type )[^;]*'@nestjs\/swagger'/m)).toEqual([openapi]);
    expect(importing(/^(?:import|export) (?!type )[^;]*\/openapi\.js'/m)).toEqual([]);
    expect(importing(/await import\('[^']*\/openapi\.js'\)/)).toEqual([
      'libs/platform/src/http/create-http-app.ts',
    ]);
  });
});

describe('what is switched off is not described', () => {
  const titles = (description: Description) => operationsIn(description).map(([title]) => title);
  const isLegacy = (title: string) => /streaming\.(?!avatar_message)/.test(title);
  const isAdmin = (title: string) => title.includes('/api/v1/admin/');

  it('the older vendor’s routes are deprecated while they are there, and no others are', () => {
    const deprecated = operationsIn(avatar).flatMap(([title, each]) =>
      each.deprecated ? title : [],
    );
    expect(deprecated).toEqual(titles(avatar).filter(isLegacy));
    expect(deprecated).toHaveLength(9);
  });

  it('without HEYGEN_ENABLED and ADMIN_TOKEN the gateway describes neither', async () => {
    const bare = await avatarDescription({});
    expect(titles(bare).filter((title) => isLegacy(title) || isAdmin(title))).toEqual([]);
    expect(titles(bare)).toEqual(
      titles(avatar).filter((title) => !isLegacy(title) && !isAdmin(title)),
    );
    expect(bare.tags.map(({ name }) => name)).toEqual(['sessions', 'streaming', 'health']);
    expect(Object.keys(bare.components.securitySchemes)).not.toContain('adminToken');
  });

  it('without LIVEAVATAR_API_KEY nor are the two routes that open and start its sessions', async () => {
    const older = { HEYGEN_ENABLED: 'true', HEYGEN_API_KEY: 'key-of-the-older-vendor' };
    const found = titles(await avatarDescription({ LIVEAVATAR_API_KEY: '', ...older }));
    const gone = titles(avatar).filter((title) => !found.includes(title) && !isAdmin(title));
    expect(gone).toEqual(['POST /v1/sessions/token', 'POST /v1/sessions/start']);
  });

  it('where the operator has a port of its own, the public one does not describe its routes', async () => {
    const apart = { ADMIN_TOKEN: 'admin-token-of-this-run', ADMIN_PORT: '0' };
    expect(titles(await avatarDescription(apart)).filter(isAdmin)).toEqual([]);
    expect(titles(await petyaDescription(apart)).filter(isAdmin)).toEqual([]);
  });
});

/** Words that somebody wrote, and no name of a type. */
function isSentence(words: unknown): boolean {
  return typeof words === 'string' && words.length > 8 && /\s/.test(words);
}

/** The `type`s that a refusal's schema narrows the error body down to. */
function typesOf(schema: Schema): string[] {
  const [, narrowed] = schema['allOf'] as [Schema, { properties: { type: { enum: string[] } } }];
  return narrowed.properties.type.enum;
}
