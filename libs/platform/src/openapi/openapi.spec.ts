import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Patch, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiBody, ApiOkResponse, ApiProperty, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { platformErrors } from '../errors/error-table.js';
import { openApiDocument } from './openapi.js';
import { mayRefuse } from './route-problems.js';

class ThingDto {
  @ApiProperty({ nullable: true, type: String })
  name!: string | null;
}

class NewThingDto {
  @ApiProperty()
  name!: string;
}

@ApiTags('things')
@Controller('things')
@mayRefuse('not_found')
class ThingsController {
  @Get(':id')
  @ApiOkResponse({ type: ThingDto })
  one(): void {}

  @Post()
  @ApiSecurity('key')
  @ApiBody({ type: NewThingDto })
  @mayRefuse('worn_out', 'full')
  make(): void {}

  @Patch(':id')
  change(): void {}
}

@ApiTags('hidden')
@Controller('hidden')
class HiddenController {
  @Get()
  @ApiSecurity('token')
  one(): void {}
}

@Module({ controllers: [ThingsController, HiddenController] })
class ThingsModule {}

const errors = {
  ...platformErrors,
  full: { status: 409, sequence: 50, message: 'All {count} are taken.', retryable: true },
  worn_out: {
    status: 502,
    sequence: 50,
    message: 'It was refused.',
    retryable: false,
    isVendorsStatus: true,
  },
} as const;

let app: NestExpressApplication;

beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(ThingsModule, { logger: false });
});
afterAll(() => app.close());

function document(more: Partial<Parameters<typeof openApiDocument>[1]> = {}) {
  return openApiDocument(app, {
    errors,
    vendorShaped: (path) => path === '/things',
    isServed: (path) => path !== '/hidden',
    api: {
      title: 'Things',
      description: 'Of every kind.',
      servers: ['/', '/api/v1'],
      tags: { things: 'Of every kind.', hidden: 'Not for everybody.' },
      security: {
        key: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'Of an account.' },
        token: { type: 'http', scheme: 'bearer', description: 'Of a session.' },
      },
    },
    ...more,
  });
}

describe('the OpenAPI document of an app', () => {
  it('says what the app is, where it is served and how one gets in', () => {
    const { openapi, info, servers, components } = document();
    expect(openapi).toBe('3.1.0');
    expect(info).toMatchObject({ title: 'Things', description: 'Of every kind.' });
    expect(servers?.map(({ url }) => url)).toEqual(['/', '/api/v1']);
    expect(components?.securitySchemes).toEqual({
      key: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'Of an account.' },
    });
  });

  it('has the one error body beside the schemas of the DTOs, and a list of its problems', () => {
    const { components } = document();
    const schemas = components?.schemas ?? {};
    expect(schemas['Error']).toHaveProperty(
      'properties.type.$ref',
      '#/components/schemas/ProblemType',
    );
    expect(schemas['ProblemType']).toHaveProperty('enum');
    expect(schemas).toHaveProperty('ThingDto');
  });

  it('has on every operation the problems of any request and those that it declares', () => {
    const { paths } = document();
    const { get, patch } = paths['/things/{id}'] ?? {};
    for (const operation of [get, patch]) {
      const { responses } = operation ?? {};
      expect(Object.keys(responses ?? {}).filter((status) => status > '3')).toEqual([
        '400',
        '404',
        '408',
        '414',
        '422',
        '429',
        '431',
        '500',
        '503',
      ]);
    }
  });

  it('has those of a body only where there is one, and the vendor’s own status as a range', () => {
    const { responses = {} } = document().paths['/things']?.post ?? {};
    expect(Object.keys(responses).filter((status) => status > '3')).toEqual(
      expect.arrayContaining(['409', '413', '415', '4XX']),
    );
    expect(responses['4XX']).toHaveProperty('description', expect.stringContaining('worn_out'));
    expect(responses['502']).toBeUndefined();
  });

  it('has refusals in the media types that they come in', () => {
    const { paths } = document();
    const typesOf = (response: unknown) =>
      Object.keys((response as { content: object } | undefined)?.content ?? {});
    expect(typesOf(paths['/things']?.post?.responses['409'])).toEqual([
      'application/json',
      'application/problem+json',
    ]);
    expect(typesOf(paths['/things/{id}']?.get?.responses['404'])).toEqual([
      'application/problem+json',
    ]);
  });

  it('has an example of each problem, in the words it comes in', () => {
    const { components } = document();
    const example = components?.examples?.['full'];
    expect(example).toHaveProperty('value.message', 'All 5 are taken.');
    expect(example).toHaveProperty('value.code', 940950);
  });

  it('has neither what is not served nor what only that needs', () => {
    const bare = document();
    expect(Object.keys(bare.paths)).toEqual(['/things/{id}', '/things']);
    expect(bare.tags?.map(({ name }) => name)).toEqual(['things']);
    expect(Object.keys(document({ isServed: () => true }).paths)).toContain('/hidden');
  });

  it('says where no credential is wanted', () => {
    const { paths } = document();
    expect(paths['/things/{id}']?.get?.security).toEqual([]);
    expect(paths['/things']?.post?.security).toEqual([{ key: [] }]);
  });

  it('refuses a problem that the app does not have', () => {
    const { full: _full, ...others } = errors;
    expect(() => document({ errors: others })).toThrow('full');
  });
});
