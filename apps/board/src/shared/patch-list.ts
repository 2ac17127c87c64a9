import { planPatch } from './patch-plan.js';

/** A row, and what it says. */
export interface Row<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
}

/** A list whose rows stay the same elements while they stay in it: focus and selection stay, too. */
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
  ) {}

  show(items: readonly Item[]): void {
    const wanted = new Map(items.map((item) => [this.keyOf(item), item]));
    const { gone, placed } = planPatch([...this.rows.keys()], [...wanted.keys()]);
    const hadFocus = this.hasFocus(gone);
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
    if (hadFocus) this.leave();
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
