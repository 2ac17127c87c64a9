/** Servers that speak MongoDB's protocol, as far as tests tell them apart. */
export const DATABASE_SERVERS = ['MongoDB', 'FerretDB', 'FerretDB 1', 'SecantusDB'] as const;

export type DatabaseServer = (typeof DATABASE_SERVERS)[number];

export interface ServerOfRun {
  readonly server: DatabaseServer;
  /** Name and version, with the version of MongoDB that it says it speaks. */
  readonly description: string;
}

/** Which server answers, from its `buildInfo`: whoever is not MongoDB says there what it is. */
export function serverOf(buildInfo: Readonly<Record<string, unknown>>): ServerOfRun {
  const { version, secantusVersion, ferretdbVersion, ferretdb } = buildInfo;
  const speaks = `(speaks MongoDB ${text(version) ?? 'of no version'})`;
  if (typeof secantusVersion === 'string') {
    return { server: 'SecantusDB', description: `SecantusDB ${secantusVersion} ${speaks}` };
  }
  // The first said it beside its own members, the second says it in one of its own.
  if (typeof ferretdbVersion === 'string') {
    return { server: 'FerretDB 1', description: `FerretDB ${ferretdbVersion} ${speaks}` };
  }
  if (typeof ferretdb === 'object' && ferretdb !== null) {
    const own = 'version' in ferretdb ? text(ferretdb.version) : undefined;
    return { server: 'FerretDB', description: `FerretDB ${own ?? 'of no version'} ${speaks}` };
  }
  return { server: 'MongoDB', description: `MongoDB ${text(version) ?? 'of no version'}` };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
