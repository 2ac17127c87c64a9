import { createHmac, timingSafeEqual } from 'node:crypto';

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A compact HS256 JWT over the given claims. */
export function signToken(claims: Record<string, unknown>, secret: string): string {
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
}

/**
 * The session a token of ours names, or null when it is forged, mangled or expired.
 * `nowMs` is the simulator's clock.
 */
export function sessionOfToken(token: string, secret: string, nowMs: number): string | null {
  const parts = token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) return null;
  const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as {
    session_id?: unknown;
    exp?: unknown;
  };
  if (typeof claims.exp !== 'number' || claims.exp * 1000 <= nowMs) return null;
  return typeof claims.session_id === 'string' ? claims.session_id : null;
}
