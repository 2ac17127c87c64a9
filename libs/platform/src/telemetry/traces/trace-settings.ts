import type { BaseEnvironment } from '../../config/base-environment.js';

/** Where the spans of an app go, and which. */
export interface TraceSettings {
  /** The collector's address for OTLP over HTTP, without `/v1/traces`. */
  readonly endpoint: string;
  /** Sent along to the collector; the values are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the app is called there. */
  readonly serviceName: string;
  /** Which part of all traces is kept, from 0 to 1. */
  readonly ratio: number;
}

/** A field name (RFC 9110 section 5.1), and what may stand in a field. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const VALUE = /^[\x20-\x7e]{1,4096}$/;

/**
 * The traces that an environment asks for; null where it names no collector.
 * @param app what the app is called there unless the environment says so
 */
export function traceSettingsOf(env: BaseEnvironment, app: string): TraceSettings | null {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return null;
  return {
    // Collectors' own pages name it with the path of traces, too.
    endpoint: endpoint.replace(/\/+$/, '').replace(/\/v1\/traces$/, ''),
    headers: readHeaderList(env.OTEL_EXPORTER_OTLP_HEADERS ?? '') ?? {},
    serviceName: env.OTEL_SERVICE_NAME ?? app,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
  };
}

/** What no log line may hold of such settings: each value, and what stands behind a scheme's name in it. */
export function traceSecretsOf(env: BaseEnvironment): string[] {
  const values = Object.values(readHeaderList(env.OTEL_EXPORTER_OTLP_HEADERS ?? '') ?? {});
  return values.flatMap((value) => [value, ...value.split(' ').slice(1)]);
}

/** What is wrong with a collector's address, as the rest of a sentence that begins with its variable. */
export function collectorProblem(text: string): string | null {
  const wanted =
    'must be an http(s) URL without query or credentials, such as http://collector:4318';
  if (!URL.canParse(text)) return wanted;
  const { protocol, search, hash, username, password } = new URL(text);
  const isPlain = `${search}${hash}${username}${password}` === '';
  return isPlain && /^https?:$/.test(protocol) ? null : wanted;
}

/** As `collectorProblem`, of `name=value` pairs that commas part, their values percent-encoded. */
export function headerListProblem(text: string): string | null {
  return readHeaderList(text) ? null : 'must be name=value pairs, separated by commas';
}

function readHeaderList(text: string): Record<string, string> | null {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').filter((each) => each.trim() !== '')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at)).trim();
    const value = decoded(pair.slice(at + 1).trim());
    if (!NAME.test(name) || value === null || !VALUE.test(value)) return null;
    headers[name] = value;
  }
  return headers;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
