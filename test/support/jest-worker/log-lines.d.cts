/** The sentence a file fails with that prints an app's log lines; null where a text has none. */
export function loggedBy(file: string, text: string): string | null;

interface Writable {
  write(chunk: string): boolean;
}

/** Watches over what one file prints, until `end`, which tells of the first log line. */
export function watchOutput(file: string, streams?: Writable[]): { end(): string | null };
