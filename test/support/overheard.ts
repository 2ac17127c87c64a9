import { ALL_CANARIES, type CanaryKind, findCanaries, plant, SERVER_SECRETS } from './canaries.js';

/** Everything that was said where a secret could slip out, with the kinds that must not be in it. */
const overheard = new Map<string, { readonly kinds: readonly CanaryKind[]; texts: string[] }>();

/** How the apps' lines begin, for people (in colour on a terminal) and in production. */
const LOG_LINE = /^(.{0,8}\[Nest\] \d|\{"level":")/;

/** Shorter texts, and single words, can stand in an answer for another reason. */
const SAID = /^(?=.*\s).{16,}$/s;

function hear(place: string, kinds: readonly CanaryKind[], text: string): void {
  const heard = overheard.get(place) ?? { kinds, texts: [] };
  overheard.set(place, heard);
  heard.texts.push(text);
}

/** @returns whether it was a line of an app's log */
export function hearLog(chunk: string): boolean {
  hear('a log', ALL_CANARIES, chunk);
  return LOG_LINE.test(chunk);
}

/** What a test has sent and got: its secrets are remembered, and its answer is looked through. */
export function hearAnswer(path: string, sent: unknown, status: number, text: string): void {
  plantFrom(sent, ['text', 'content', 'transcript'], 'transcript text');
  const answer = status < 400 ? parse(text) : undefined;
  const isKey = path.endsWith('/keys');
  const isToken = /(sessions\/token|create_token)$/.test(path);
  if (isKey) plantFrom(answer, ['key'], 'customer key');
  const isVisitor = path.endsWith('/visitors/init');
  if (isVisitor) plantFrom(answer, ['visitorToken'], 'visitor token');
  if (isToken) plantFrom(answer, ['session_token', 'token'], 'session token');
  const kinds: CanaryKind[] = [...SERVER_SECRETS];
  if (!isKey) kinds.push('customer key');
  if (!isToken) kinds.push('session token');
  if (!isVisitor) kinds.push('visitor token');
  if (status >= 400) kinds.push('transcript text');
  hear(`an answer of ${status} without ${kinds.join(', ')}`, kinds, text);
}

/** Records of a database, by their collection. */
export function hearRecords(collection: string, records: readonly unknown[]): void {
  const isItsBusiness = /^(turns|conversations|messages)$/.test(collection);
  const kinds = ALL_CANARIES.filter((kind) => kind !== 'transcript text' || !isItsBusiness);
  hear(`a record of ${collection}`, kinds, records.map((each) => JSON.stringify(each)).join('\n'));
}

/** Where which secret was found. */
export function findLeaks(): string[] {
  return [...overheard].flatMap(([place, { kinds, texts }]) =>
    findCanaries(texts.join('\n'), kinds).map((kind) => `${kind} in ${place}`),
  );
}

function plantFrom(value: unknown, names: readonly string[], kind: CanaryKind): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== 'string') plantFrom(member, names, kind);
    else if (names.includes(name) && (kind !== 'transcript text' || SAID.test(member))) {
      plant(kind, member);
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
