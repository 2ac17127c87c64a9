import type { OverviewDto } from '#contracts';
import { Board } from '../shared/board.js';
import { Watched } from '../shared/watched.js';
import type { Desk } from './desk.js';
import { headlineOf, troublesOf } from './headline.js';
import { standingWords } from './standing.js';
import { billsView } from './views/bills.js';
import { findView } from './views/find.js';
import { nowView } from './views/now.js';
import { openingView } from './views/opening.js';
import { sessionsView } from './views/sessions.js';
import { usageView } from './views/usage.js';

const board = new Board();
const overview = new Watched<OverviewDto>();
const desk: Desk = { board, overview };

overview.watch((seen) => {
  const { frame } = board;
  const { short, tone } = headlineOf(troublesOf(seen, board.clock.nowMs()));
  const { live, stopped, final, parked } = seen.sessions;
  frame.showChip(short, tone);
  frame.showYou(seen.you);
  frame.showBadge('live', live);
  frame.showBadge('waiting', stopped + final);
  frame.showBadge('parked', parked);
});

board.start({
  title: 'Avatar gateway',
  service: 'the gateway',
  standing: standingWords(desk),
  sections: [
    { path: 'now', label: 'Now', open: () => nowView(desk) },
    { path: 'live', label: 'Live', open: (about) => sessionsView(desk, 'live', about) },
    { path: 'waiting', label: 'Waiting', open: (about) => sessionsView(desk, 'waiting', about) },
    { path: 'parked', label: 'Parked', open: (about) => sessionsView(desk, 'parked', about) },
    { path: 'find', label: 'Find', open: (about) => findView(desk, about) },
    { path: 'opening', label: 'Opening', open: () => openingView(desk) },
    { path: 'usage', label: 'Usage', open: (about) => usageView(desk, about) },
    { path: 'bills', label: 'Bills', open: (about) => billsView(desk, about) },
  ],
  always: async (signal) => overview.set(await board.api.get('overview', {}, signal)),
  forget: () => overview.forget(),
});
