import type { LifeDto, LivesDto } from '#contracts';
import { field, h, idInput, setText } from '../../shared/dom.js';
import { writeHash } from '../../shared/hash.js';
import { PatchedList } from '../../shared/patch-list.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import type { Desk } from '../desk.js';
import { lifeCard } from '../life-card.js';

const TOKEN = 'That is your token and no id. It was not looked for.';

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
  const input = idInput(id ?? '', 'search');
  const refusal = h('p', { class: 'refusal', role: 'alert' });
  const hint = "A conversation's, ours, the vendor's, or a trace's (also a whole traceparent).";
  const form = h(
    'form',
    { class: 'filter', role: 'search', novalidate: true },
    field('Any id of a session', input, hint),
    h('button', { type: 'submit', class: 'strong' }, 'Find'),
    refusal,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const wanted = input.value.trim();
    const isToken = board.api.isToken(wanted);
    setText(refusal, isToken ? TOKEN : '');
    if (isToken) input.value = '';
    else if (wanted !== '') location.hash = writeHash('find', wanted);
  });
  return form;
}

function countOf({ items, more }: LivesDto): string {
  if (items.length === 0) return 'No session has this id.';
  if (items.length === 1) return 'One session has this id.';
  return more
    ? `The newest ${items.length} sessions with this id; there are more.`
    : `${items.length} sessions have this id, the newest first.`;
}
