import type { OpeningDto } from '#contracts';
import { Action } from '../../shared/action.js';
import { field, h, setHidden, setText } from '../../shared/dom.js';
import type { View } from '../../shared/view.js';
import { visible } from '../../shared/visible.js';
import type { Desk } from '../desk.js';
import { openingWords, SPANS, untilAfter } from '../opening-words.js';

const MOST_REASON = 200;

/** Whether anybody may open a session, and who has said so. */
export function openingView(desk: Desk): View {
  const { board } = desk;
  const state = h('p', { class: 'standing-words' });
  const resume = new Action({ idle: 'Resume opening', pending: 'Resuming …' }, 'strong', () =>
    resumeOpening(desk),
  );
  const form = pauseForm(desk);
  const title = h('h2', {}, 'Pause opening');
  const show = (opening: OpeningDto): void => {
    setText(state, visible(openingWords(opening, board.clock.nowMs())));
    state.dataset['tone'] = opening.paused ? 'watch' : 'calm';
    setHidden(resume.element, !opening.paused);
    setText(title, opening.paused ? 'Pause it otherwise' : 'Pause opening');
  };
  return {
    title: 'Opening',
    content: [state, h('div', { class: 'buttons' }, resume.element), h('section', {}, title, form)],
    load: async (signal) => show(await board.api.get<OpeningDto>('opening', {}, signal)),
  };
}

export async function resumeOpening({ board }: Desk): Promise<void> {
  await board.act(async () => {
    await board.api.send<OpeningDto>('PUT', 'opening', { paused: false });
    return 'Opening is resumed: within seconds visitors can open sessions.';
  });
}

function pauseForm({ board }: Desk): HTMLElement {
  const reason = h('input', { type: 'text', maxlength: MOST_REASON, autocomplete: 'off' });
  const options = SPANS.map(({ label }, at) => h('option', { value: at }, label));
  const span = h('select', {}, ...options);
  span.value = '1';
  const form = h(
    'form',
    { novalidate: true },
    field('Why', reason, 'For the other operators; no visitor sees it.'),
    field('For how long', span),
    h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'risky' }, 'Pause …')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { label = '', minutes = null } = SPANS[Number(span.value)] ?? {};
    const said = reason.value.trim();
    board.ask({
      title: 'Pause opening?',
      about: [
        h('p', {}, 'No visitor of any account can open a session: they go on in writing.'),
        h('p', {}, `For how long: ${label}. What runs goes on, and is billed.`),
      ],
      keep: 'Leave it open',
      confirm: 'Pause opening',
      pending: 'Pausing …',
      run: async () => {
        const until = untilAfter(minutes, board.clock.nowMs());
        const body = { paused: true, ...(said === '' ? {} : { reason: said }), until };
        await board.api.send<OpeningDto>('PUT', 'opening', body);
        return 'Opening is paused: within seconds nobody can open a session.';
      },
    });
  });
  return form;
}
