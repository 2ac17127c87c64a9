/** JSON Schema of the one error body; tests hold every refusal against it. */
export const errorBodySchema = {
  type: 'object',
  description:
    "A refusal: the vendor's envelope (`code`, `message`, `data`), which the vendors' SDKs show, with the members of RFC 9457.",
  required: ['code', 'message', 'data', 'type', 'title', 'status', 'instance', 'retryable'],
  additionalProperties: false,
  properties: {
    code: {
      type: 'integer',
      minimum: 940000,
      maximum: 959999,
      description: "`9`, the status and two digits, so that it is taken for no vendor's own code.",
    },
    message: {
      type: 'string',
      minLength: 1,
      description: 'What happened and what to do, in English, for a developer.',
    },
    data: { type: 'null', description: 'Always null.' },
    type: {
      type: 'string',
      pattern: '^urn:problem:[a-z_]+$',
      description: 'Which problem it is. Decide by this member; texts may change.',
    },
    title: { type: 'string', minLength: 1, description: 'The name of the status.' },
    status: { type: 'integer', minimum: 400, maximum: 599, description: 'The status.' },
    instance: {
      type: 'string',
      pattern: '^urn:request:[0-9A-Fa-f-]{36}$',
      description: 'The request, as `X-Request-Id` names it.',
    },
    retryable: { type: 'boolean', description: 'Whether the same request may succeed later.' },
    vendor_code: {
      type: 'integer',
      description: "The vendor's own code, where the vendor has refused the request.",
    },
    errors: {
      type: 'array',
      description: 'Where input was refused: each member, and what it must be.',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        additionalProperties: false,
        properties: {
          pointer: { type: 'string', description: 'The member, as a JSON pointer (RFC 6901).' },
          message: { type: 'string', description: 'What is wrong with it, or what it must be.' },
        },
      },
    },
  },
};
