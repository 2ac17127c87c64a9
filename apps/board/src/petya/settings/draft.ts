import type { Codec, Read } from './codec.js';

/** What somebody else has done to a member that this one is changing. */
export type News = { readonly theirs: string } | 'merged';

/**
 * One member as it is being changed, while others may change it, too. What this one has not touched follows
 * what is stored; what both have changed is told, and where it is a list, both changes are in it.
 */
export class Draft {
  /** As it is stored, as far as is known. */
  private base: string;
  private text: string;
  private told: News | null = null;

  constructor(
    private readonly codec: Codec,
    value: unknown,
  ) {
    this.base = codec.write(value);
    this.text = this.base;
  }

  get typed(): string {
    return this.text;
  }

  get news(): News | null {
    return this.told;
  }

  get isChanged(): boolean {
    return this.text !== this.base && this.canonical(this.text) !== this.canonical(this.base);
  }

  read(): Read {
    return this.codec.read(this.text);
  }

  type(text: string): void {
    this.text = text;
    if (!this.isChanged) this.told = null;
  }

  /** Takes what is stored in place of what was typed. */
  undo(): void {
    this.text = this.base;
    this.told = null;
  }

  /**
   * What is stored now.
   * @returns whether that is news for whoever is changing it
   */
  meet(value: unknown): boolean {
    const stored = this.codec.write(value);
    if (stored === this.base) return false;
    const wasChanged = this.isChanged;
    const before = this.base;
    this.base = stored;
    if (!wasChanged) this.undo();
    if (!wasChanged || !this.isChanged) return false;
    const merged = this.codec.merge?.(before, this.text, stored);
    if (merged !== undefined) this.text = merged;
    this.told = merged === undefined ? { theirs: stored } : 'merged';
    return true;
  }

  /**
   * It was stored as it was typed.
   * @param sent what stood in the field then; what was typed since stays
   */
  saved(value: unknown, sent: string): void {
    const isSame = this.text === sent;
    this.base = this.codec.write(value);
    this.told = null;
    if (isSame) this.text = this.base;
  }

  /** Two texts that stand for the same are the same. */
  private canonical(text: string): string {
    const read = this.codec.read(text);
    return 'value' in read ? JSON.stringify(read.value) : text;
  }
}
