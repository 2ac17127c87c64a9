import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { projectRoot } from '../stack/project-root.js';

export interface ComposeService {
  readonly build?: { readonly target: string; readonly args?: Readonly<Record<string, string>> };
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly ports?: readonly string[];
  /** `service:<name>`: it lives in that service's network, under that one's names. */
  readonly network_mode?: string;
  readonly networks?: Readonly<Record<string, { readonly aliases?: readonly string[] }>>;
  /** Names of services, or what they have to be. */
  readonly depends_on?: readonly string[] | Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: unknown;
  readonly restart?: string;
  readonly stop_grace_period?: string;
  /** Left out unless one of them is asked for. */
  readonly profiles?: readonly string[];
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
}

type RawService = Omit<ComposeService, 'environment'> & {
  environment?: Record<string, string | number | boolean | null>;
};

type Variables = Readonly<Record<string, string>>;

const textOfFile = () => readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8');

/** The services of docker-compose.yml with `${NAME:-default}` filled in from `variables`. */
export function readComposeFile(
  variables: Variables = {},
): Readonly<Record<string, ComposeService>> {
  return readCompose(textOfFile(), variables);
}

/** The contents of the files that docker-compose.yml itself holds, by their names, filled in likewise. */
export function readComposeConfigs(variables: Variables = {}): Readonly<Record<string, string>> {
  const { configs = {} } = parse(textOfFile(), variables);
  return Object.fromEntries(Object.entries(configs).map(([name, { content }]) => [name, content]));
}

/** The services of one compose file's text, filled in likewise. */
export function readCompose(
  source: string,
  variables: Variables = {},
): Readonly<Record<string, ComposeService>> {
  const { services } = parse(source, variables);
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, withTexts(service)]),
  );
}

interface RawFile {
  readonly services: Readonly<Record<string, RawService>>;
  readonly configs?: Readonly<Record<string, { readonly content: string }>>;
}

function parse(source: string, variables: Variables): RawFile {
  const filled = (text: string): string =>
    text.replace(
      /\$\{([A-Z_]+):-([^{}]*)\}/g,
      (_, name: string, usual: string) => variables[name] ?? usual,
    );
  // A default may hold another variable.
  const text = filled(filled(source));
  return load(text, { schema: CORE_SCHEMA.withTags(mergeTag) }) as RawFile;
}

/** Compose hands every value over as text. */
function withTexts(service: RawService): ComposeService {
  const environment = Object.entries(service.environment ?? {}).map(
    // What is filled in with nothing is read as null here; Compose makes it an empty text.
    ([name, value]): [string, string] => [name, value === null ? '' : String(value)],
  );
  return { ...service, environment: Object.fromEntries(environment) };
}
