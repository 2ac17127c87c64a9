export interface Turn {
  readonly role: 'user' | 'avatar';
  readonly text: string;
}

/**
 * What is wrong with the stored turns when every expected one should be there once and in order:
 * one sentence each, none when all is well.
 */
export function compareTurns(expected: readonly Turn[], stored: readonly Turn[]): string[] {
  const problems = [
    ...countProblems(expected, stored),
    ...stored
      .filter((turn) => !expected.some((other) => same(turn, other)))
      .map((turn) => `nobody said: ${describe(turn)}`),
  ];
  if (problems.length > 0) return problems;
  const misplaced = expected.findIndex((turn, index) => !same(turn, stored[index]));
  const turn = expected[misplaced];
  return turn === undefined ? [] : [`out of order from turn ${misplaced + 1}: ${describe(turn)}`];
}

function countProblems(expected: readonly Turn[], stored: readonly Turn[]): string[] {
  const distinct = expected.filter(
    (turn, index) => expected.findIndex((other) => same(turn, other)) === index,
  );
  return distinct.flatMap((turn) => {
    const wanted = expected.filter((other) => same(turn, other)).length;
    const found = stored.filter((other) => same(turn, other)).length;
    if (found === wanted) return [];
    return [found === 0 ? `missing: ${describe(turn)}` : `${found} times: ${describe(turn)}`];
  });
}

function same(a: Turn, b: Turn | undefined): boolean {
  return a.role === b?.role && a.text === b.text;
}

function describe({ role, text }: Turn): string {
  return `${role} “${text}”`;
}
