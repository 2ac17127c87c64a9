import { randomId } from './random-id.js';

/** A page that is being reloaded lets go of its claim while the new one already asks. */
const PATIENCE_MS = 2_500;

/** Long enough for another tab to answer. */
const SILENCE_MS = 300;

/** Where tabs of one site talk to each other without Web Locks. */
const BOARD = 'avatar-chat.claim';

/** Lets go of what was claimed. */
export type Release = () => void;

/**
 * Claims a name for this tab. A tab that a visitor duplicates has the same storage, and with it the
 * same session; only one of them may run it.
 * @returns null where another tab has it
 */
export function claim(name: string): Promise<Release | null> {
  return 'locks' in navigator ? claimByLock(name) : claimByAsking(name);
}

/** The browser lets go of a lock when its page is gone, however it went. */
function claimByLock(name: string): Promise<Release | null> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  return new Promise((resolve) => {
    const holding = navigator.locks.request(
      `avatar-chat.${name}`,
      { signal: giveUp.signal },
      () => {
        clearTimeout(timer);
        return new Promise<void>((release) => resolve(release));
      },
    );
    // An opaque origin may not ask for locks; it has no storage that could be copied either.
    holding.catch((error: unknown) => {
      const isTaken = error instanceof DOMException && error.name === 'AbortError';
      resolve(isTaken ? null : () => undefined);
    });
  });
}

/** Pages by http have no locks: whoever has the name answers by the storage that tabs share. */
async function claimByAsking(name: string): Promise<Release | null> {
  const isTaken = await new Promise<boolean>((resolve) => {
    const question = `${name} ${randomId()}`;
    const hear = ({ key, newValue }: StorageEvent): void => {
      if (key === BOARD && newValue === `taken ${question}`) done(true);
    };
    const timer = setTimeout(() => done(false), SILENCE_MS);
    const done = (answer: boolean): void => {
      clearTimeout(timer);
      removeEventListener('storage', hear);
      resolve(answer);
    };
    addEventListener('storage', hear);
    if (!write(`asked ${question}`)) done(false);
  });
  if (isTaken) return null;
  const answer = ({ key, newValue }: StorageEvent): void => {
    if (key !== BOARD || newValue?.startsWith(`asked ${name} `) !== true) return;
    write(newValue.replace('asked', 'taken'));
  };
  addEventListener('storage', answer);
  return () => removeEventListener('storage', answer);
}

/** @returns false where storage is blocked: then no tab has a copy of another's */
function write(text: string): boolean {
  try {
    localStorage.setItem(BOARD, text);
    return true;
  } catch {
    return false;
  }
}
