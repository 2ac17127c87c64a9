// The health check of the images: node is-healthy.mjs [url]
const url = process.argv[2] ?? `http://127.0.0.1:${process.env.PORT?.trim()}/health/ready`;
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4000) });
  process.exit(answer.status === 200 ? 0 : 1);
} catch {
  process.exit(1);
}
