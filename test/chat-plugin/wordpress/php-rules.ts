/** Functions of WordPress that make text fit to be printed, or print nothing but what they are made for. */
const SAFE = ['esc_html', 'esc_attr', 'selected', 'checked'];

/** PHP's newer syntax and functions, which 7.4 does not know. */
const NEWER: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['match', /\bmatch\s*\(/],
  ['nullsafe operator', /\?->/],
  ['enum', /\benum\s+\w+/],
  ['readonly', /\breadonly\b/],
  ['attribute', /#\[/],
  ['union type', /function[^{;]*[(,]\s*\??\w+\s*\|\s*\w+\s+\$/],
  ['named argument', /[(,]\s*[a-z_]+:\s(?!:)/],
  ['str_contains and its like', /\bstr_(contains|starts_with|ends_with)\s*\(/],
  ['first-class callable', /\(\s*\.\.\.\s*\)/],
];

/** @returns the statements that print something which is neither written there nor escaped */
export function unescapedOutputs(source: string): string[] {
  const code = withoutComments(source);
  const statements =
    code.match(/(?:\b(?:echo|print|printf|print_r|var_dump|vprintf)\b|<\?=)[^;]*;/g) ?? [];
  // What is left beside texts and what makes text fit is variables, constants and other functions.
  return statements.filter((statement) => {
    const left = withoutCalls(withoutTexts(statement));
    return !/^(echo|print|printf)[\s'.,();]*$/.test(left);
  });
}

/** @returns what PHP 7.4 does not know */
export function newerThan74(source: string): string[] {
  const code = withoutTexts(withoutComments(source));
  return NEWER.filter(([, pattern]) => pattern.test(code)).map(([name]) => name);
}

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** Texts in double quotes stay where they hold variables. */
function withoutTexts(code: string): string {
  return code.replaceAll(/'(?:[^'\\]|\\.)*'/g, "''").replaceAll(/"[^"$]*"/g, "''");
}

function withoutCalls(statement: string): string {
  const call = new RegExp(`\\b(?:${SAFE.join('|')})\\((?:[^()]|\\([^()]*\\))*\\)`, 'g');
  return statement.replaceAll(call, "''");
}
