import { send } from '../support/json-client.js';

/** What Prometheus shows in tests. */
export const METRICS_TOKEN = 'metrics-token-of-this-run';

/** One sample of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The metrics of an app at one moment. */
export interface Scrape {
  readonly text: string;
  readonly samples: readonly Sample[];
  /** When it was asked for, in milliseconds of this process's own clock. */
  readonly atMs: number;
}

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Reads the text format. @throws Error for a line that is none */
export function samplesOf(text: string): Sample[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) throw new Error(`no sample: ${line}`);
    const pairs = [...labels.matchAll(LABEL)].map(([, key, quoted]) => [
      key,
      JSON.parse(`"${quoted}"`),
    ]);
    return { name, labels: Object.fromEntries(pairs) as Sample['labels'], value: Number(value) };
  });
}

/** Asks an app for its metrics, as Prometheus does. */
export async function scrape(baseUrl: string, token = METRICS_TOKEN): Promise<Scrape> {
  const atMs = performance.now();
  const headers = { authorization: `Bearer ${token}` };
  const { status, text } = await send('GET', `${baseUrl}/metrics`, { headers });
  if (status !== 200) throw new Error(`${baseUrl}/metrics answered ${status}`);
  return { text, samples: samplesOf(text), atMs };
}

/** The one value of a metric with some labels among others; undefined where there is none. */
export function valueOf(
  { samples }: Pick<Scrape, 'samples'>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  if (found.length > 1) throw new Error(`${name} ${JSON.stringify(labels)} is not one`);
  return found[0]?.value;
}

/** As `valueOf`, of several added up; 0 where there is none. */
export function sumOf(
  { samples }: Pick<Scrape, 'samples'>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return samples
    .filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((sum, { value }) => sum + value, 0);
}
