const URI = /^(mongodb(?:\+srv)?:\/\/)(?:([^@/]*)@)?([^@/?]+)(?:\/([^?]*))?(?:\?(.*))?$/s;

/** Ways to log in whose users are in no database of the server. */
const EXTERNAL = ['MONGODB-X509', 'GSSAPI', 'MONGODB-AWS', 'MONGODB-OIDC'];

const USUAL_PORT = 27_017;

/** A connection string in its parts, each as it was written. */
interface Parts {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly hosts: string;
  readonly database: string;
  readonly options: readonly string[];
}

/**
 * Puts a database name into a connection string and keeps its hosts, credentials and options. Where it
 * does not say where its user is known (`authSource`), the driver would look in the database that is
 * named, so the place that was meant is written down.
 * @throws Error that repeats nothing of what is no connection string
 */
export function databaseUri(uri: string, name: string): string {
  const parts = split(uri);
  const added = isUserOfServer(parts) ? [`authSource=${sourceOf(parts)}`] : [];
  return join({ ...parts, database: name, options: [...parts.options, ...added] });
}

/** Sets options, whichever value they had: a driver takes their names in any letter case. */
export function uriWith(uri: string, options: Readonly<Record<string, string>>): string {
  const parts = split(uri);
  const set = new Set(Object.keys(options).map((name) => name.toLowerCase()));
  const kept = parts.options.filter((option) => !set.has(nameOf(option)));
  const added = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return join({ ...parts, options: [...kept, ...added] });
}

/** The same at one other address, such as a proxy's, whatever members a replica set there names. */
export function uriAt(uri: string, address: string): string {
  const parts = split(uri);
  const at = join({ ...parts, scheme: 'mongodb://', hosts: address });
  // Who has a host list in DNS speaks TLS unless the options say otherwise.
  const isSaid = parts.options.some((option) => ['tls', 'ssl'].includes(nameOf(option)));
  const isSecret = parts.scheme === 'mongodb+srv://' && !isSaid;
  return uriWith(at, { ...(isSecret ? { tls: 'true' } : {}), directConnection: 'true' });
}

/** For people to see: without the user and the password. */
export function withoutUser(uri: string): string {
  return join({ ...split(uri), user: undefined });
}

/** Where the servers listen; none where DNS has to be asked (`mongodb+srv:`). */
export function hostsOf(uri: string): { readonly host: string; readonly port: number }[] {
  const { scheme, hosts } = split(uri);
  if (scheme !== 'mongodb://') return [];
  return hosts.split(',').map((each) => {
    const [, host = each, port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(each) ?? [];
    return { host, port: port === undefined ? USUAL_PORT : Number(port) };
  });
}

function split(uri: string): Parts {
  const [, scheme, user, hosts, database = '', query = ''] = URI.exec(uri) ?? [];
  if (scheme === undefined || hosts === undefined)
    throw new Error('That is no connection string of MongoDB.');
  return { scheme, user, hosts, database, options: query.split('&').filter(Boolean) };
}

function join({ scheme, user, hosts, database, options }: Parts): string {
  const login = user === undefined ? '' : `${user}@`;
  const query = options.length === 0 ? '' : `?${options.join('&')}`;
  return `${scheme}${login}${hosts}/${database}${query}`;
}

function nameOf(option: string): string {
  return (option.split('=', 1)[0] ?? '').toLowerCase();
}

function isUserOfServer({ user, options }: Parts): boolean {
  const isExternal = options.some(
    (option) => nameOf(option) === 'authmechanism' && EXTERNAL.includes(option.split('=')[1] ?? ''),
  );
  const isSaid = options.some((option) => nameOf(option) === 'authsource');
  return user !== undefined && !isExternal && !isSaid;
}

/** Who has a host list in DNS has `authSource=admin` there too, which goes before the database. */
function sourceOf({ scheme, database }: Parts): string {
  return scheme === 'mongodb://' && database !== '' ? database : 'admin';
}
