/** What decides whether a stack may have an account whose key anybody knows. */
export interface StackKind {
  readonly NODE_ENV?: string | undefined;
  readonly LIVEAVATAR_API_KEY?: string | undefined;
  readonly HEYGEN_API_KEY?: string | undefined;
}

/** The demo key stands in the documentation: with it anybody would spend a real vendor's credits. */
export function isDemoAllowed({
  NODE_ENV,
  LIVEAVATAR_API_KEY,
  HEYGEN_API_KEY,
}: StackKind): boolean {
  const keys = [LIVEAVATAR_API_KEY, HEYGEN_API_KEY].map((key) => (key ?? '').trim());
  const isSimulated = keys.every((key) => key === '' || key.startsWith('local-only'));
  return isSimulated && ['development', 'test'].includes(NODE_ENV ?? '');
}
