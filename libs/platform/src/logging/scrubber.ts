const REDACTED = '[redacted]';

/** Shorter values are words; replacing them would tear up every line. */
const MIN_SECRET_CHARS = 8;

/**
 * What looks like a credential wherever it stands: a customer's or a secret key, a signed token, whatever follows
 * `Bearer`, and the password in a connection string.
 */
const PATTERNS: readonly [RegExp, string][] = [
  [/\bS[EK]_[A-Za-z0-9_-]{6,}/g, REDACTED],
  [/\beyJ[\w-]{5,}\.[\w-]+\.?[\w-]*/g, REDACTED],
  [/\b(Bearer|Basic)(\s+)[\x21-\x7e]{6,}/gi, `$1$2${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi, `$1${REDACTED}@`],
];

/** A line without any of these has nothing that the patterns look for. */
const MAY_MATCH = /S[EK]_|eyJ|bearer|basic|:\/\//i;

/**
 * The scrubber of last resort: log lines are built without secrets, and what slips through is
 * replaced here. Configured secrets are found as they are and in base64, hex and percent-encoding.
 * @param secrets values of the configuration that must never be written
 */
export function makeScrubber(secrets: readonly string[]): (line: string) => string {
  const forms = new Set(secrets.flatMap(formsOf));
  // Longest first: a form can be part of another one.
  const literal = [...forms].sort((one, other) => other.length - one.length);
  return (line) => {
    let clean = line;
    for (const form of literal) {
      if (clean.includes(form)) clean = clean.replaceAll(form, REDACTED);
    }
    if (!MAY_MATCH.test(clean)) return clean;
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
    return clean;
  };
}

/**
 * A secret in every form that an encoder gives it. In base64 the bytes around it change its first
 * and last characters, so only what its own bytes decide is looked for, at each of three offsets.
 */
export function formsOf(secret: string): string[] {
  if (secret.length < MIN_SECRET_CHARS) return [];
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const percent = encodeURIComponent(secret);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const inner = text
      .slice(offset === 0 ? 0 : offset + 1)
      .replace(/=+$/, '')
      .slice(0, -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const everyByte = hex.replace(/../g, '%$&');
  return [secret, percent, hex, hex.toUpperCase(), everyByte, everyByte.toUpperCase(), ...base64];
}

/** The password in a connection string, as it stands there and decoded; empty without one. */
export function passwordOf(uri: string): string[] {
  const written = /^[a-z][a-z0-9+.-]*:\/\/[^/:@]*:([^/@]+)@/i.exec(uri)?.[1];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}
