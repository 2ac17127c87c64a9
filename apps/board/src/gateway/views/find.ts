import type { LifeDto, LivesDto } from '#contracts';
import { h, setText } from '../../shared/dom.js';
import { writeHash } from '../../shared/hash.js';
import { idForm } from '../../shared/id-form.js';
import { PatchedList } from '../../shared/patch-list.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import type { Desk } from '../desk.js';
import { lifeCard } from '../life-card.js';

/** Any id of a session, and what has become of it. */
export function findView(desk: Desk, [id]: readonly string[]): View {
  const heading = h('h1', {}, id === undefined ? 'Find a session' : 'Found sessions');
  const found = h('div', { class: 'lives' });
  const count = h('p', { role: 'status' });
  let isFirst = true;
  const lives = new PatchedList<LifeDto>(
    found,
    ({ session }) => session.id,
    (life) => {
      const card = lifeCard(desk, life, isFirst);
      isFirst = false;
      return card;
    },
    () => heading.focus(),
  );
  const load = async (signal: AbortSignal): Promise<void> => {
    const answer = await desk.board.api.get<LivesDto>('life', { id }, signal);
    lives.show(answer.items);
    setText(count, countOf(answer));
  };
  return {
    title: id === undefined ? 'Find' : `Find ${visible(id, 20)}`,
    heading,
    content: [searchForm(desk, id), count, found],
    ...(id === undefined ? {} : { load }),
  };
}

function searchForm({ board }: Desk, id: string | undefined): HTMLElement {
  return idForm(board.api, {
    label: 'Any id of a session',
    hint: "A conversation's, ours, the vendor's, or a trace's (also a whole traceparent).",
    value: id ?? '',
    order: 'Find',
    role: 'search',
    run: (wanted) => {
      if (wanted !== '') location.hash = writeHash('find', wanted);
    },
  });
}

function countOf({ items, more }: LivesDto): string {
  if (items.length === 0) return 'No session has this id.';
  if (items.length === 1) return 'One session has this id.';
  return more
    ? `The newest ${items.length} sessions with this id; there are more.`
    : `${items.length} sessions have this id, the newest first.`;
}
