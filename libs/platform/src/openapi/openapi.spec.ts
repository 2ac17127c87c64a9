import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Patch, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { errorBodySchema } from './error-body.schema.js';
import { openApiDocument } from './openapi.js';

class ThingDto {
  @ApiProperty({ nullable: true, type: String })
  name!: string | null;
}

@Controller('things')
class ThingsController {
  @Get(':id')
  @ApiOkResponse({ type: ThingDto })
  one(): void {}

  @Post()
  make(): void {}

  @Patch(':id')
  change(): void {}
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

let app: NestExpressApplication;

beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(ThingsModule, { logger: false });
});
afterAll(() => app.close());

function document() {
  return openApiDocument(app, {
    title: 'Things',
    description: 'Of every kind.',
    servers: ['/', '/api/v1'],
    security: {
      key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    },
  });
}

describe('the OpenAPI document of an app', () => {
  it('says what the app is, where it is served and how one gets in', () => {
    const { openapi, info, servers, components } = document();
    expect(openapi).toBe('3.1.0');
    expect(info).toMatchObject({ title: 'Things', description: 'Of every kind.' });
    expect(servers?.map(({ url }) => url)).toEqual(['/', '/api/v1']);
    expect(components?.securitySchemes).toMatchObject({
      key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    });
  });

  it('has the one error body beside the schemas of the DTOs', () => {
    const { components } = document();
    expect(components?.schemas?.['Error']).toEqual(errorBodySchema);
    expect(components?.schemas).toHaveProperty('ThingDto');
  });

  it('has errors on every operation, in both media types, beside its own answers', () => {
    const { paths } = document();
    const operations = Object.values(paths).flatMap(({ get, post, patch }) =>
      [get, post, patch].filter((operation) => operation !== undefined),
    );
    expect(operations).toHaveLength(3);
    const schema = { $ref: '#/components/schemas/Error' };
    for (const { responses } of operations) {
      expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
      for (const status of ['4XX', '5XX']) {
        expect(responses[status]).toMatchObject({
          content: {
            'application/json': { schema },
            'application/problem+json': { schema },
          },
        });
      }
    }
  });
});
