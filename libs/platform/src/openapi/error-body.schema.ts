/** JSON Schema of the one error body; tests hold every refusal against it. */
export const errorBodySchema = {
  type: 'object',
  required: ['code', 'message', 'data', 'type', 'title', 'status', 'instance', 'retryable'],
  additionalProperties: false,
  properties: {
    code: { type: 'integer', minimum: 940000, maximum: 959999 },
    message: { type: 'string', minLength: 1 },
    data: { type: 'null' },
    type: { type: 'string', pattern: '^urn:problem:[a-z_]+$' },
    title: { type: 'string', minLength: 1 },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    instance: { type: 'string', pattern: '^urn:request:[0-9A-Fa-f-]{36}$' },
    retryable: { type: 'boolean' },
    vendor_code: { type: 'integer' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        additionalProperties: false,
        properties: { pointer: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};
