import type { Child } from './dom.js';

/** One view of a board, while it is shown. */
export interface View {
  /** What the browser's tab says, and the heading where there is no other. */
  readonly title: string;
  readonly heading?: HTMLHeadingElement;
  readonly content: readonly Child[];
  /**
   * Asks for what it shows and shows it, again and again. A refusal is shown in place of it.
   * @throws Problem
   */
  load?(signal: AbortSignal): Promise<void>;
  close?(): void;
}

/** A place of the board that its navigation names. */
export interface Section {
  /** As the address has it behind `#/`. */
  readonly path: string;
  readonly label: string;
  /** @param about what stands behind the path */
  open(about: readonly string[]): View;
}
