/** Keys, which pages take for shortcuts wherever they were pressed. */
const KEYS = ['keydown', 'keypress', 'keyup'] as const;

/**
 * What else a visitor does inside the plugin that pages are known to take for themselves: presses
 * outside of their own fields, image uploads by paste, smooth scrolling, dialogs that call the focus
 * back. Not the end of a press, which may have begun in the page, and not clicks, which close its menus.
 */
const OTHERS = [
  'beforeinput',
  'input',
  'paste',
  'copy',
  'cut',
  'wheel',
  'pointerdown',
  'mousedown',
  'contextmenu',
  'touchstart',
  'touchmove',
  'touchend',
  'focus',
  'blur',
  'focusin',
  'focusout',
  'selectstart',
  'dragstart',
] as const;

const roots = new Map<EventTarget, (event: KeyboardEvent) => void>();

/**
 * Keeps what happens inside a plugin from the page; what the browser itself does stays as it is. To be
 * called while the script runs, since many pages listen before anything else hears it, and who comes
 * first is heard first. Nothing inside a plugin hears these events either.
 */
export function shieldEvents(): void {
  for (const type of KEYS) addEventListener(type, keep, true);
  for (const type of OTHERS) addEventListener(type, keep, { capture: true, passive: true });
}

function keep(event: Event): void {
  const pressed = event
    .composedPath()
    .map((place) => roots.get(place))
    .find(Boolean);
  if (pressed === undefined) return;
  event.stopImmediatePropagation();
  if (event.type === 'keydown') pressed(event as KeyboardEvent);
}

/**
 * Keeps a plugin's events from the page.
 * @param pressed told of keys that go down inside
 * @returns ends it
 */
export function shieldFromPage(
  root: ShadowRoot,
  pressed: (event: KeyboardEvent) => void,
): () => void {
  roots.set(root, pressed);
  return () => void roots.delete(root);
}
