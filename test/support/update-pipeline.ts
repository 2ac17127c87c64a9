/**
 * Evaluates an expression of an update pipeline as a server does, for the few operators that the
 * records in memory meet. An operator that is missing here fails.
 */
export function evaluate(
  expression: unknown,
  document: Readonly<Record<string, unknown>>,
): unknown {
  if (typeof expression === 'string' && expression.startsWith('$')) {
    return memberAt(document, expression.slice(1));
  }
  if (Array.isArray(expression)) return expression.map((each) => evaluate(each, document));
  if (expression === null || typeof expression !== 'object' || expression instanceof Date) {
    return expression;
  }
  const [operator = '', operands] = Object.entries(expression)[0] ?? [];
  const values = evaluate(operands, document) as unknown[];
  switch (operator) {
    case '$add':
      return (values as number[]).reduce((sum, each) => sum + each, 0);
    case '$cond':
      return values[0] ? values[1] : values[2];
    case '$in':
      return (values[1] as unknown[]).includes(values[0]);
    default:
      throw new Error(`no such operator here: ${operator}`);
  }
}

/** A document with members set by their paths, as `$set` of an update pipeline does it. */
export function withMembers<T extends object>(
  document: T,
  members: Readonly<Record<string, unknown>>,
): T {
  const before = document as Readonly<Record<string, unknown>>;
  let after = before;
  for (const [path, expression] of Object.entries(members)) {
    after = withMember(after, path.split('.'), evaluate(expression, before));
  }
  return after as T;
}

function withMember(
  document: Readonly<Record<string, unknown>>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (rest.length === 0) return { ...document, [name]: value };
  const inner = document[name] as Readonly<Record<string, unknown>>;
  return { ...document, [name]: withMember(inner, rest, value) };
}

function memberAt(document: Readonly<Record<string, unknown>>, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], document);
}
