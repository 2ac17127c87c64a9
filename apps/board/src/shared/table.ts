import { h, setText } from './dom.js';
import { PatchedList, type Row } from './patch-list.js';

/** One column: what stands in it, and how that is brought up to date. */
export interface Column<Item> {
  readonly title: string;
  /** A card does not say what it is. */
  readonly isOrder?: true;
  cell(item: Item): Cell<Item>;
}

export interface Cell<Item> {
  readonly content: Node;
  update(item: Item): void;
}

/**
 * A column of one text.
 * @param element `bdi` for what somebody else has chosen, which may be broken anywhere
 */
export function textColumn<Item>(
  title: string,
  element: 'bdi' | 'span',
  textOf: (item: Item) => string,
): Column<Item> {
  return {
    title,
    cell: () => {
      const content = h(element);
      return { content, update: (item) => setText(content, textOf(item)) };
    },
  };
}

/**
 * Items as a table where there is room for one, and as cards where there is not; the roles stay then,
 * which a browser takes from a table that is drawn otherwise.
 */
export class Table<Item> {
  readonly element: HTMLElement;
  private readonly body = h('tbody', { role: 'rowgroup' });
  private readonly rows: PatchedList<Item>;

  /**
   * @param caption what it is a table of, for whoever hears it
   * @param leave where the focus goes when the row that has it goes
   */
  constructor(
    caption: string,
    private readonly columns: readonly Column<Item>[],
    keyOf: (item: Item) => string,
    leave: () => void,
  ) {
    const titles = columns.map(({ title }) =>
      h('th', { role: 'columnheader', scope: 'col' }, title),
    );
    this.element = h(
      'table',
      { role: 'table' },
      h('caption', { class: 'unseen' }, caption),
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...titles)),
      this.body,
    );
    this.rows = new PatchedList(this.body, keyOf, (item) => this.row(item), leave);
  }

  show(items: readonly Item[]): void {
    this.rows.show(items);
    this.element.hidden = items.length === 0;
  }

  private row(item: Item): Row<Item> {
    const cells = this.columns.map((column) => column.cell(item));
    const places = this.columns.map(({ title, isOrder }, at) => {
      const content = cells[at]?.content ?? '';
      const mark = { class: isOrder ? 'order' : null, 'data-title': isOrder ? null : title };
      return at === 0
        ? h('th', { role: 'rowheader', scope: 'row', ...mark }, content)
        : h('td', { role: 'cell', ...mark }, content);
    });
    return {
      element: h('tr', { role: 'row' }, ...places),
      update: (fresh) => {
        for (const cell of cells) cell.update(fresh);
      },
    };
  }
}
