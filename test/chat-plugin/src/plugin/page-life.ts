/** What a conversation wants to know about the page it lives in. */
export interface PageLife {
  /** A session runs that a reload shall come back to. */
  isLive(): boolean;
  leaving(): void;
  returned(): void;
  offline(): void;
  /** Another tab of this site has kept or emptied something. */
  stored(): void;
}

/**
 * Watches a page's life. To be called **before** a session starts: the vendor's media client listens
 * for the same events, disconnects, and the SDK then stops the session, which would make every
 * reload an ending. Listeners of the same window run in the order they were added, and ours keeps a
 * page's end from those after it; without a running session it keeps nothing from anybody.
 */
export function watchPage(life: PageLife): () => void {
  // Browsers from before 2021 know no signal that ends listening.
  const ends: (() => void)[] = [];
  const on = <E extends Event>(
    place: EventTarget,
    type: string,
    work: (event: E) => void,
  ): void => {
    const listener = work as (event: Event) => void;
    place.addEventListener(type, listener, true);
    ends.push(() => place.removeEventListener(type, listener, true));
  };
  const shield = (event: Event): void => {
    if (life.isLive()) event.stopImmediatePropagation();
  };
  on(window, 'beforeunload', shield);
  on(window, 'pagehide', (event) => {
    shield(event);
    life.leaving();
  });
  on(window, 'pageshow', (event: PageTransitionEvent) => event.persisted && life.returned());
  on(window, 'online', () => life.returned());
  on(window, 'offline', () => life.offline());
  on(window, 'storage', () => life.stored());
  on(document, 'resume', () => life.returned());
  on(document, 'visibilitychange', () => {
    if (document.visibilityState === 'visible') life.returned();
  });
  return () => {
    for (const end of ends) end();
  };
}
