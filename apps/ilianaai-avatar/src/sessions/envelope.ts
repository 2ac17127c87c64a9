import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, schemaPath } from '#contracts/description';
import type { Envelope } from '#contracts';

/** Wraps an answer as the vendors' SDKs expect it. */
export function envelope<T>(data: T): Envelope<T> {
  return { code: 1000, message: 'ok', data };
}

/** Documents an answer in its envelope. */
export function ApiEnvelope(data: Type, status = 200) {
  return applyDecorators(
    ApiExtraModels(data),
    ApiResponse({
      status,
      description: 'Success.',
      schema: {
        type: 'object',
        required: ['code', 'message', 'data'],
        properties: {
          code: { type: 'integer', enum: [1000], description: 'Always 1000, as the SDK expects.' },
          message: { type: 'string', description: 'Always `ok`.' },
          data: { $ref: schemaPath(data), description: 'What was asked for.' },
        },
      },
    }),
  );
}
