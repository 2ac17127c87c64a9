/** The part of a JSON Schema that a type can say. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly description?: string;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Operation {
  readonly summary?: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** What is read of an OpenAPI document. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** As Prettier breaks them. */
const WIDTH = 100;

/**
 * Types of some routes of an OpenAPI document, and of all that these name.
 * @param head the first line
 * @param routes by method and path, as `POST /v1/sessions/token`
 * @param more names of schemas that no route names, with the names that they get
 * @throws Error at what a type cannot say, or at a route that is not there
 */
export function writeTypes(
  document: Document,
  head: string,
  routes: readonly string[],
  more: Readonly<Record<string, string>> = {},
): string {
  const writer = new TypeWriter(document.components.schemas, more);
  const lines = routes.flatMap((route) => writer.route(route, operationOf(document, route)));
  const parts = [`export interface Routes {\n${lines.join('\n')}\n}`, ...writer.interfaces()];
  return `${head}\n\n/** Bodies, and the \`data\` of answers, by method and path. */\n${parts.join('\n\n')}\n`;
}

function operationOf({ paths }: Document, route: string): Operation {
  const [method = '', path = ''] = route.split(' ');
  const operation = paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`The document has no ${route}.`);
  return operation;
}

class TypeWriter {
  /** Names of schemas in the order in which they were met. */
  private readonly named = new Set<string>();

  constructor(
    private readonly schemas: Document['components']['schemas'],
    private readonly renamed: Readonly<Record<string, string>>,
  ) {}

  route(route: string, { summary, requestBody, responses }: Operation): string[] {
    const body = schemaOf(requestBody?.content);
    const success = Object.entries(responses).find(([status]) => status.startsWith('2'));
    const data = schemaOf(success?.[1].content)?.properties?.['data'];
    if (data === undefined) throw new Error(`${route} has no data.`);
    return [
      `  /** ${summary} */`,
      `  '${route}': {`,
      `    readonly body: ${body === undefined ? 'undefined' : this.type(body)};`,
      `    readonly data: ${this.type(data)};`,
      `  };`,
    ];
  }

  /** Also of those that the others name. */
  interfaces(): string[] {
    const written: string[] = [];
    for (const name of Object.keys(this.renamed)) this.named.add(name);
    // A set gives what is added while it is gone through.
    for (const name of this.named) {
      const schema = this.schemas[name];
      if (schema === undefined) throw new Error(`The document has no schema ${name}.`);
      written.push(this.declaration(this.nameOf(name), schema));
    }
    return written;
  }

  /** A closed list is a type; everything else that has a name has members. */
  private declaration(name: string, schema: Schema): string {
    if (schema.enum !== undefined) {
      const lines = comment(schema.description, '');
      return [...lines, fit(`export type ${name} =`, this.type(schema), '')].join('\n');
    }
    return `export interface ${name} {\n${this.members(schema, '  ').join('\n')}\n}`;
  }

  private members({ properties = {}, required = [] }: Schema, indent: string): string[] {
    return Object.entries(properties).flatMap(([name, schema]) => {
      const mark = required.includes(name) ? '' : '?';
      const start = `${indent}readonly ${name}${mark}:`;
      return [...comment(schema.description, indent), fit(start, this.type(schema), indent)];
    });
  }

  private type(schema: Schema): string {
    if (schema.$ref !== undefined) return this.reference(schema.$ref);
    if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
    if (schema.anyOf !== undefined) {
      return [...new Set(schema.anyOf.map((branch) => this.type(branch)))].join(' | ');
    }
    const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
    if (types.length === 0) throw new Error(`No type: ${JSON.stringify(schema)}`);
    return types.map((type) => this.plain(type, schema)).join(' | ');
  }

  private plain(type: string, schema: Schema): string {
    if (type === 'array') return `readonly ${inList(this.type(schema.items ?? {}))}[]`;
    if (type === 'object') return this.object(schema);
    const plain = PLAIN[type];
    if (plain === undefined) throw new Error(`Not known: ${type}`);
    return plain;
  }

  private object(schema: Schema): string {
    const { properties, additionalProperties } = schema;
    if (properties !== undefined) {
      const lines = this.members(schema, '').filter((line) => !isComment(line));
      const members = lines.map((member) => member.replace(/;$/, ''));
      return `{ ${members.join('; ')} }`;
    }
    if (typeof additionalProperties !== 'object') throw new Error('An object of anything.');
    return `Readonly<Record<string, ${this.type(additionalProperties)}>>`;
  }

  private reference(ref: string): string {
    const name = ref.replace('#/components/schemas/', '');
    this.named.add(name);
    return this.nameOf(name);
  }

  private nameOf(name: string): string {
    return this.renamed[name] ?? name;
  }
}

const PLAIN: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** What a description says, as a comment; a list in it keeps its lines. */
function comment(description: string | undefined, indent: string): string[] {
  if (!description) return [];
  const lines = description.split('\n');
  if (lines.length === 1) return [`${indent}/** ${description} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`];
}

/** In the midst of a line there is no room for one. */
function isComment(line: string): boolean {
  return /^\s*\/?\*/.test(line);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function inList(type: string): string {
  return type.includes(' | ') ? `(${type})` : type;
}

function fit(start: string, type: string, indent: string): string {
  const line = `${start} ${type};`;
  if (line.length <= WIDTH || !type.includes(' | ')) return line;
  const choices = type.split(' | ').map((choice) => `\n${indent}  | ${choice}`);
  return `${start}${choices.join('')};`;
}

/** Bodies are JSON, or the one text that a page sends while it is left. */
function schemaOf(content: Content = {}): Schema | undefined {
  return (content['application/json'] ?? content['text/plain'])?.schema;
}
