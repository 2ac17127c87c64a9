import { Action } from '../shared/action.js';
import { h, setHidden, setText } from '../shared/dom.js';
import { writeHash } from '../shared/hash.js';
import { visible } from '../shared/visible.js';
import type { Desk } from './desk.js';
import { openingWords } from './opening-words.js';
import { resumeOpening } from './views/opening.js';

/** What stands on every view: whether sessions may be opened. */
export function standingWords(desk: Desk): HTMLElement {
  const words = h('a', { href: writeHash('opening') });
  const resume = new Action({ idle: 'Resume', pending: 'Resuming …' }, 'plain', () =>
    resumeOpening(desk),
  );
  const element = h('div', { class: 'standing' }, words, resume.element);
  desk.overview.watch(({ opening }) => {
    setText(words, visible(openingWords(opening, desk.board.clock.nowMs())));
    element.dataset['tone'] = opening.paused ? 'watch' : 'calm';
    setHidden(resume.element, !opening.paused);
  });
  return element;
}
