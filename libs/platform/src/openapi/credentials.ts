/** How the credentials are described that both apps take. */
export const SHARED_CREDENTIALS = {
  customerKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description:
      'The key of the page (SE_), or a secret key (SK_) from a server: never with an Origin header.',
  },
  customerKeyBearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'SE_… or SK_…',
    description: 'The same key, as Authorization: Bearer.',
  },
  adminToken: {
    type: 'http',
    scheme: 'bearer',
    description:
      "One of the operator's, from ADMIN_TOKEN. No key of an account opens these routes.",
  },
  metricsToken: {
    type: 'http',
    scheme: 'bearer',
    description:
      'One of METRICS_TOKEN. It opens the metrics and nothing else, and nothing else opens them.',
  },
} as const;
