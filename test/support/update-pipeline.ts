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
  const after = structuredClone(document) as Record<string, unknown>;
  for (const [path, expression] of Object.entries(members)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const parent = names.length === 0 ? after : (memberAt(after, names.join('.')) as typeof after);
    parent[last] = evaluate(expression, before);
  }
  return after as T;
}

function memberAt(document: Readonly<Record<string, unknown>>, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], document);
}
