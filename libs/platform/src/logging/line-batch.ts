/** Longest text that waits; a line is about 300 characters. */
const MAX_CHARS = 64 * 1024;

/**
 * Lines that are written together at the end of the event loop's turn: a write for each costs as
 * much as all else about it. A process that is killed loses those of its last turn, one that ends
 * by itself writes them out.
 */
export class LineBatch {
  private text = '';

  /** @param write takes some whole lines */
  constructor(private readonly write: (text: string) => void) {}

  /** @param line with its line break */
  put(line: string): void {
    if (this.text === '') setImmediate(() => this.flush());
    this.text += line;
    if (this.text.length > MAX_CHARS) this.flush();
  }

  flush(): void {
    const { text } = this;
    this.text = '';
    if (text !== '') this.write(text);
  }
}

/** The lines for standard output, of whichever logger. */
export const outputLines = new LineBatch((text) => process.stdout.write(text));
process.once('exit', () => outputLines.flush());
