import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, schemaPath } from '#contracts/description';
import type { StreamEnvelope } from '#contracts';

/** Wraps an answer as HeyGen does. */
export function streamEnvelope<T>(data: T): StreamEnvelope<T> {
  return { code: 100, message: 'success', data };
}

/** Documents an answer in that envelope, or in the other one of `create_token`. */
export function ApiStreamEnvelope(data: Type, first: 'code' | 'error' = 'code') {
  const head =
    first === 'code'
      ? { type: 'integer', enum: [100], description: 'Always 100, as the SDK expects.' }
      : { type: 'null', description: 'Always null.' };
  return applyDecorators(
    ApiExtraModels(data),
    ApiResponse({
      status: 200,
      description: 'Success.',
      schema: {
        type: 'object',
        required: [first, 'data'],
        properties: {
          [first]: head,
          data: { $ref: schemaPath(data), description: 'What was asked for.' },
        },
      },
    }),
  );
}
