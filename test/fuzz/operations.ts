export type Json = Record<string, unknown>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Json;
}

/** One route as `/openapi.json` describes it. */
export interface Operation {
  readonly app: 'avatar' | 'petya';
  readonly baseUrl: string;
  readonly method: string;
  /** With `{name}` places. */
  readonly path: string;
  readonly security: readonly string[];
  readonly parameters: readonly Parameter[];
  /** Schema of the JSON body, its references resolved; null where the route takes none. */
  readonly body: Json | null;
  readonly isTextBody: boolean;
}

interface Document {
  readonly paths: Record<string, Record<string, DescribedOperation>>;
  readonly components: { readonly schemas: Record<string, Json> };
}

interface DescribedOperation {
  readonly security?: readonly Record<string, unknown>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Json }> };
}

/** Every route that an app describes of itself. */
export async function readOperations(app: Operation['app'], baseUrl: string): Promise<Operation[]> {
  const document = (await (await fetch(`${baseUrl}/openapi.json`)).json()) as Document;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const content = described.requestBody?.content ?? {};
      const schema = content['application/json']?.schema;
      return {
        app,
        baseUrl,
        method: method.toUpperCase(),
        path,
        security: (described.security ?? []).flatMap((each) => Object.keys(each)),
        parameters: described.parameters ?? [],
        body: schema ? (resolve(schema, document) as Json) : null,
        isTextBody: 'text/plain' in content,
      };
    }),
  );
}

function resolve(value: unknown, document: Document): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, document));
  if (typeof value !== 'object' || value === null) return value;
  const reference = (value as Json)['$ref'];
  if (typeof reference === 'string') {
    return resolve(document.components.schemas[reference.split('/').at(-1) ?? ''], document);
  }
  const entries = Object.entries(value).map(([name, member]) => [name, resolve(member, document)]);
  return Object.fromEntries(entries) as Json;
}
