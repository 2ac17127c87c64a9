/** What a conversation wants to know about the page it lives in. */
export interface PageLife {
  /** A session runs that a reload shall come back to. */
  isLive(): boolean;
  leaving(): void;
  returned(): void;
  offline(): void;
}

/**
 * Watches a page's life. To be called **before** a session starts: the vendor's media client listens
 * for the same events, disconnects, and the SDK then stops the session, which would make every
 * reload an ending. Listeners of the same window run in the order they were added, and ours keeps a
 * page's end from those after it; without a running session it keeps nothing from anybody.
 */
export function watchPage(life: PageLife): () => void {
  const watching = new AbortController();
  const options = { capture: true, signal: watching.signal };
  const shield = (event: Event): void => {
    if (life.isLive()) event.stopImmediatePropagation();
  };
  addEventListener('beforeunload', shield, options);
  addEventListener(
    'pagehide',
    (event) => {
      shield(event);
      life.leaving();
    },
    options,
  );
  addEventListener('pageshow', ({ persisted }) => persisted && life.returned(), options);
  addEventListener('online', () => life.returned(), options);
  addEventListener('offline', () => life.offline(), options);
  document.addEventListener('resume', () => life.returned(), options);
  document.addEventListener(
    'visibilitychange',
    () => document.visibilityState === 'visible' && life.returned(),
    options,
  );
  return () => watching.abort();
}
