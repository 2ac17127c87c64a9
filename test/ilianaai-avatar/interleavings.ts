/** Orders that each model tries; more of them where somebody asks for more. */
export const RUNS = Number(process.env['INTERLEAVINGS'] ?? 2_000);

/**
 * The same orders each time, unless more are asked for: a new one is not met by whoever changed
 * nothing. `INTERLEAVINGS_SEED` says which of the many, so that pieces of a long run differ.
 */
export const SEED: { seed?: number } = seedOf(process.env);

function seedOf(env: NodeJS.ProcessEnv): { seed?: number } {
  const { INTERLEAVINGS: wanted, INTERLEAVINGS_SEED: seed } = env;
  if (seed !== undefined) return { seed: Number(seed) };
  return wanted === undefined ? { seed: 1 } : {};
}
