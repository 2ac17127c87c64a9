import type { AdminSessionDto } from '#contracts';
import { h, setText } from '../shared/dom.js';
import { PatchedList, type Row } from '../shared/patch-list.js';

/** One column: what stands in it, and how that is brought up to date. */
export interface Column {
  readonly title: string;
  cell(session: AdminSessionDto): Cell;
}

export interface Cell {
  readonly content: Node;
  update(session: AdminSessionDto): void;
}

/** A column of one text. */
export function textColumn(title: string, textOf: (session: AdminSessionDto) => string): Column {
  return {
    title,
    cell: () => {
      const content = h('bdi');
      return { content, update: (session) => setText(content, textOf(session)) };
    },
  };
}

/**
 * Sessions as a table where there is room for one, and as cards where there is not; the roles stay then,
 * which a browser takes from a table that is drawn otherwise.
 */
export class SessionTable {
  readonly element: HTMLElement;
  private readonly body = h('tbody', { role: 'rowgroup' });
  private readonly rows: PatchedList<AdminSessionDto>;

  constructor(
    caption: string,
    private readonly columns: readonly Column[],
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
    this.rows = new PatchedList(
      this.body,
      ({ id }) => id,
      (session) => this.row(session),
      leave,
    );
  }

  show(sessions: readonly AdminSessionDto[]): void {
    this.rows.show(sessions);
  }

  private row(session: AdminSessionDto): Row<AdminSessionDto> {
    const cells = this.columns.map((column) => column.cell(session));
    const places = this.columns.map(({ title }, at) =>
      at === 0
        ? h('th', { role: 'rowheader', scope: 'row', 'data-title': title }, cells[0]?.content ?? '')
        : h('td', { role: 'cell', 'data-title': title }, cells[at]?.content ?? ''),
    );
    return {
      element: h('tr', { role: 'row' }, ...places),
      update: (fresh) => {
        for (const cell of cells) cell.update(fresh);
      },
    };
  }
}
