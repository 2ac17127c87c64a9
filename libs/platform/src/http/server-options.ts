/**
 * Settings of both apps' HTTP servers. Slow headers are cut at 10 s and slow bodies at 30 s, where
 * Node would wait 60 s and 300 s. An idle connection is kept for longer than balancers keep theirs
 * (up to 600 s): a call that one of them sends just when we close would be its 502.
 */
export const serverOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 620_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
  maxHeadersCount: 100,
  // Node's own refusal has an empty body; `refuse-framing.ts` refuses with ours.
  requireHostHeader: false,
  // Node joins repeated headers silently; the raw list is looked at in `refuse-framing.ts`.
  joinDuplicateHeaders: false,
} as const;

/** Longest URL that is looked at; ours are under 300 bytes. */
export const MAX_URL_BYTES = 8 * 1024;
