/** Keys, which pages take for shortcuts wherever they were pressed. */
const KEYS = ['keydown', 'keypress', 'keyup'] as const;

/**
 * What else a visitor does inside the plugin that pages are known to take for themselves: image
 * uploads by paste, smooth scrolling, dialogs that call the focus back.
 */
const OTHERS = [
  'beforeinput',
  'input',
  'paste',
  'copy',
  'cut',
  'wheel',
  'touchstart',
  'touchmove',
  'focusin',
  'focusout',
  'selectstart',
  'dragstart',
] as const;

/** What a click gives the focus to. */
const FIELDS = 'input, [tabindex]';

const roots = new Map<EventTarget, (event: KeyboardEvent) => void>();

/**
 * Keeps keys that are pressed inside a plugin from the page. To be called while the script runs, since
 * many pages listen for keys before anything else hears them, and who comes first is heard first.
 */
export function shieldKeys(): void {
  for (const type of KEYS) addEventListener(type, keepKey, true);
}

function keepKey(event: KeyboardEvent): void {
  const pressed = event
    .composedPath()
    .map((place) => roots.get(place))
    .find(Boolean);
  if (pressed === undefined) return;
  event.stopImmediatePropagation();
  if (event.type === 'keydown') pressed(event);
}

/**
 * Keeps a plugin's events from the page; what the browser itself does with them stays as it is.
 * @param pressed told of keys that go down inside
 * @returns ends it
 */
export function shieldFromPage(
  root: ShadowRoot,
  pressed: (event: KeyboardEvent) => void,
): () => void {
  const stop = (event: Event): void => event.stopPropagation();
  for (const type of OTHERS) root.addEventListener(type, stop, { passive: true });
  makeUpForCancelledPresses(root);
  roots.set(root, pressed);
  return () => void roots.delete(root);
}

/**
 * Some pages cancel every press outside of their own fields: a tap then makes no click, and a click
 * gives no focus. The presses themselves are not kept from the page, because the media client, which
 * listens where the page does, plays sound only after one.
 */
function makeUpForCancelledPresses(root: ShadowRoot): void {
  let start: EventTarget | null = null;
  let isCancelled = false;
  const on = (type: string, work: (event: Event) => void): void =>
    root.addEventListener(type, work, { passive: true });
  on('touchstart', (event) => {
    start = event.target;
    isCancelled = event.defaultPrevented;
  });
  on('touchmove', () => (start = null));
  on('touchend', ({ target, defaultPrevented }) => {
    const isTap = target instanceof HTMLElement && target === start;
    if (isTap && (isCancelled || defaultPrevented)) target.click();
  });
  on('click', ({ target }) => {
    if (target instanceof HTMLElement && target.matches(FIELDS)) target.focus();
  });
}
