import { mongo } from 'mongoose';

const URI = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^@/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;

interface FixedOption {
  readonly name: string;
  /** The only value that it may have; none: it may not be set. */
  readonly only?: string;
  readonly reason: string;
}

const NOT_LATEST = 'what is compared and set must be the latest, which only the primary has';
const LOST = 'what was acknowledged would be lost at an election';
const NO_EFFECT = 'it has no effect, and every operation has a deadline already';

/** Options that would undo what the apps promise, or seem to promise something. The driver takes their names in any letter case. */
const FIXED_OPTIONS: readonly FixedOption[] = [
  { name: 'readPreference', only: 'primary', reason: NOT_LATEST },
  { name: 'readPreferenceTags', reason: NOT_LATEST },
  { name: 'maxStalenessSeconds', reason: NOT_LATEST },
  { name: 'readConcernLevel', only: 'majority', reason: 'a rollback would undo what was read' },
  { name: 'w', only: 'majority', reason: LOST },
  { name: 'journal', only: 'true', reason: LOST },
  { name: 'timeoutMS', reason: NO_EFFECT },
  { name: 'retryWrites', only: 'true', reason: 'each election would fail the writes under way' },
];

/** Servers that speak the protocol and lack what the apps need: partial indexes or pipelines. */
const UNSUPPORTED: readonly (readonly [host: RegExp, name: string])[] = [
  [/\.docdb(-elastic)?\.amazonaws\.com(\.cn)?$/, 'AWS DocumentDB'],
  [/\.cosmos\.(azure\.com|windows-ppe\.net)$/, 'Azure Cosmos DB'],
];

/**
 * What is wrong with a connection string, as the rest of a sentence that begins with its variable's
 * name; null when it may be used. It repeats nothing of the string, which may hold a password.
 */
export function mongodbUriProblem(uri: string): string | null {
  if (!/^mongodb(\+srv)?:\/\//.test(uri)) return 'must be a mongodb:// or mongodb+srv:// URI';
  const [, hosts, database, query] = URI.exec(uri) ?? [];
  if (hosts === undefined) return UNREADABLE;
  for (const [pattern, name] of UNSUPPORTED) {
    const isOne = hosts.split(',').some((host) => pattern.test(nameOf(host)));
    if (isOne) return `must name a MongoDB: ${name} is not supported`;
  }
  // The driver would take one that is called `test`.
  if (!database) return 'must name the database behind the hosts: mongodb://<hosts>/<database>';
  return optionProblem(new URLSearchParams(query)) ?? (isReadable(uri) ? null : UNREADABLE);
}

/** What the driver says of it could repeat a part of it. */
const UNREADABLE =
  "must be one that MongoDB's driver can read, as mongodb://<hosts>/<database>?<options>: " +
  'with user and password percent-encoded, and options and values that it knows';

/** The driver reads the whole of it before it dials; what it cannot read it never will. */
function isReadable(uri: string): boolean {
  try {
    void new mongo.MongoClient(uri);
    return true;
  } catch {
    return false;
  }
}

/** The driver's own. */
const DEFAULT_POOL_SIZE = 100;

/** How many connections a process may have; what sets no bound, or none that can be read, is the default. */
export function poolSizeOf(uri: string): number {
  const [, , , query] = URI.exec(uri) ?? [];
  const sizes = [...new URLSearchParams(query)].filter(
    ([name]) => name.toLowerCase() === 'maxpoolsize',
  );
  const size = Number(sizes.at(-1)?.[1]);
  return Number.isInteger(size) && size > 0 ? size : DEFAULT_POOL_SIZE;
}

function nameOf(host: string): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

function optionProblem(options: URLSearchParams): string | null {
  for (const [name, value] of options) {
    const fixed = FIXED_OPTIONS.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (fixed === undefined || value === fixed.only) continue;
    const rule = fixed.only === undefined ? '' : ` other than ${fixed.only}`;
    return `must not set ${fixed.name}${rule}: ${fixed.reason}`;
  }
  return null;
}
