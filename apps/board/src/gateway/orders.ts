import type { AdminSessionDto, StoppedManyDto } from '#contracts';
import { apiPath } from '../shared/api.js';
import { h, told } from '../shared/dom.js';
import { capital, counted, formatCount, formatDuration } from '../shared/format.js';
import { shortId, visible } from '../shared/visible.js';
import type { Desk } from './desk.js';
import { Facts } from '../shared/facts.js';
import { STATES, wordFor } from './words.js';

/** A session by name, for a sentence. */
export function nameOf({ id, accountId }: AdminSessionDto): string {
  return `session ${shortId(id)} of ${visible(accountId, 40)}`;
}

/** Asks whether a session shall end, and ends it. */
export function askToStop({ board }: Desk, session: AdminSessionDto): void {
  const facts = new Facts();
  facts.show([
    { name: 'Account', value: session.accountId },
    { name: 'Session', value: session.id },
    { name: 'Page', value: session.origin ?? 'a server' },
    { name: 'Used', value: formatDuration(session.seconds) },
  ]);
  board.ask({
    title: 'Stop this session?',
    about: [
      facts.element,
      h(
        'p',
        {},
        'Its visitor loses the video and goes on in writing. The transcript is delivered.',
      ),
    ],
    keep: 'Let it run',
    confirm: 'Stop the session',
    pending: 'Stopping …',
    run: async () => {
      const stopped = await board.api.send<AdminSessionDto>(
        'POST',
        apiPath('sessions', session.id, 'stop'),
      );
      return `${capital(nameOf(session))}: ${wordFor(STATES, stopped.state)}.`;
    },
  });
}

/** Sends a parked transcript again. */
export async function release({ board }: Desk, session: AdminSessionDto): Promise<void> {
  await board.act(async () => {
    await board.api.send<AdminSessionDto>('POST', apiPath('sessions', session.id, 'release'));
    return `${capital(nameOf(session))}: its transcript is given to Petya again.`;
  });
}

/** Gives a transcript to Petya once more, which it may have already. */
export async function redeliver({ board }: Desk, session: AdminSessionDto): Promise<void> {
  await board.act(async () => {
    await board.api.send<AdminSessionDto>('POST', apiPath('sessions', session.id, 'redeliver'));
    return `${capital(nameOf(session))}: its transcript is given to Petya once more.`;
  });
}

const COUNT = {
  label: 'How many are live now',
  hint: 'Type the number. Where it is another one by then, nothing is stopped.',
};

/** Asks for the number of all live sessions, and ends them if it is that. */
export function askToStopAll({ board, overview }: Desk): void {
  const count = h('strong', {}, '?');
  const about = h('p', {}, count, ' of all accounts are live.');
  const end = overview.watch(({ sessions }) => {
    if (!about.isConnected && count.textContent !== '?') return end();
    count.textContent = counted(sessions.live, 'session');
  });
  board.ask({
    title: 'Stop all sessions?',
    about: [
      about,
      h('p', {}, 'Every visitor loses the video. Others can open new ones: pause opening first.'),
    ],
    keep: 'Let them run',
    confirm: 'Stop them all',
    pending: 'Stopping …',
    typed: COUNT,
    run: (typed) => stopMany(board, { all: true }, typed),
  });
}

/**
 * The same for one account.
 * @param live how many are seen; null where there are more than a page has
 */
export function askToStopAccount({ board }: Desk, accountId: string, live: number | null): void {
  const seen = live === null ? 'More sessions than a page has' : counted(live, 'session');
  board.ask({
    title: "Stop this account's sessions?",
    about: [
      h('p', {}, h('strong', {}, seen), ' of ', told(accountId), '.'),
      h('p', {}, 'Their visitors lose the video. The transcripts are delivered.'),
    ],
    keep: 'Let them run',
    confirm: live === null ? 'Stop them' : `Stop ${counted(live, 'session')}`,
    pending: 'Stopping …',
    ...(live === null ? { typed: COUNT } : {}),
    run: (typed) => stopMany(board, { accountId }, live === null ? typed : String(live)),
  });
}

async function stopMany(
  { api }: Desk['board'],
  whose: { readonly all: true } | { readonly accountId: string },
  typed: string,
): Promise<string> {
  // What is no number is refused by the service, in its words.
  const digits = typed.replaceAll(/[,\s]/g, '');
  const expected = /^\d+$/.test(digits) ? Number(digits) : typed;
  const { stopped, failed } = await api.send<StoppedManyDto>('POST', 'stops', {
    ...whose,
    expected,
  });
  const ending = `${counted(stopped, 'session')} ${stopped === 1 ? 'is' : 'are'} ending.`;
  if (failed === 0) return ending;
  return `${ending} ${formatCount(failed)} could not be recorded: stop them again.`;
}
