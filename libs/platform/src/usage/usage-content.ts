/** How the answer of a usage route is described: sums (`UsageDto`), or a table. */
export const USAGE_CONTENT = {
  'application/json': { schema: { $ref: '#/components/schemas/UsageDto' } },
  'text/csv': { schema: { type: 'string' } },
};
