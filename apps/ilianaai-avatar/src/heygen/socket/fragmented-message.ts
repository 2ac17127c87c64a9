import { OPCODE } from './frames.js';
import { TextCheck } from './text-check.js';

/** A message of so many fragments is refused: each costs work and says nothing. */
const MAX_FRAGMENTS = 128;

/** A message whose fragments are still arriving. */
export class FragmentedMessage {
  /** Of all fragments so far. */
  bytes = 0;
  private fragments = 0;
  private readonly text: TextCheck | null;
  private readonly parts: Buffer[] = [];

  constructor(
    readonly opcode: number,
    readonly isWanted: boolean,
  ) {
    this.text = opcode === OPCODE.text ? new TextCheck() : null;
  }

  /** Whether the fragments are needed without their mask: to check them, or to join them. */
  get isLookedInto(): boolean {
    return this.isWanted || this.text !== null;
  }

  /** @returns whether so many fragments may be */
  count(length: number): boolean {
    this.bytes += length;
    this.fragments += 1;
    return this.fragments < MAX_FRAGMENTS;
  }

  /** @returns false for a text that cannot be UTF-8 any more */
  look(payload: Buffer, isFinal: boolean): boolean {
    if (this.text && !this.text.push(payload, isFinal)) return false;
    if (this.isWanted) this.parts.push(payload);
    return true;
  }

  /** All that was looked into, where it is wanted. */
  joined(): Buffer {
    return Buffer.concat(this.parts);
  }
}
