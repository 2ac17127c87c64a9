import { planPatch } from './patch-plan.js';

/** A row, and what it says. */
export interface Row<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
}

/**
 * A list whose rows stay the same elements while they stay in it: focus and selection stay, too, and what
 * one is about to press stays where it is, whatever goes or comes above it.
 */
export class PatchedList<Item> {
  private readonly rows = new Map<string, Row<Item>>();

  /**
   * @param leave where the focus goes when the row that has it goes
   */
  constructor(
    private readonly parent: HTMLElement,
    private readonly keyOf: (item: Item) => string,
    private readonly create: (item: Item) => Row<Item>,
    private readonly leave: () => void,
  ) {
    // Not every browser does what `stayInPlace` does, and those that do, not for tables.
    parent.classList.add('patched');
  }

  show(items: readonly Item[]): void {
    const wanted = new Map(items.map((item) => [this.keyOf(item), item]));
    const { gone, placed } = planPatch([...this.rows.keys()], [...wanted.keys()]);
    const hadFocus = this.hasFocus(gone);
    const stay = gone.length + placed.length === 0 ? null : this.stayInPlace(gone);
    for (const key of gone) this.take(key);
    for (const [key, item] of wanted) {
      if (!this.rows.has(key)) this.rows.set(key, this.create(item));
    }
    for (const { key, before } of placed) {
      const next = before === null ? null : this.elementOf(before);
      const element = this.elementOf(key);
      if (element !== null) this.parent.insertBefore(element, next);
    }
    for (const [key, item] of wanted) this.keep(key)?.update(item);
    stay?.();
    if (hadFocus) this.leave();
  }

  /** @returns scrolls by as much as the row that one looks at has moved since */
  private stayInPlace(gone: readonly string[]): (() => void) | null {
    const { activeElement } = document;
    const staying = [...this.rows].filter(([key]) => !gone.includes(key));
    const elements = staying.map(([, { element }]) => element);
    const looked =
      elements.find((element) => element.contains(activeElement)) ??
      elements.find((element) => element.getBoundingClientRect().bottom > 0);
    if (looked === undefined || scrollY === 0) return null;
    const { top } = looked.getBoundingClientRect();
    return () => scrollBy(0, looked.getBoundingClientRect().top - top);
  }

  private elementOf(key: string): HTMLElement | null {
    return this.rows.get(key)?.element ?? null;
  }

  private take(key: string): void {
    this.elementOf(key)?.remove();
    this.rows.delete(key);
  }

  /** Rows are remembered in the order in which they stand. */
  private keep(key: string): Row<Item> | undefined {
    const row = this.rows.get(key);
    this.rows.delete(key);
    if (row !== undefined) this.rows.set(key, row);
    return row;
  }

  private hasFocus(keys: readonly string[]): boolean {
    const { activeElement } = document;
    return keys.some((key) => this.elementOf(key)?.contains(activeElement) ?? false);
  }
}
