/**
 * What a visitor does inside the plugin that pages are known to take for themselves: one-key
 * shortcuts, image uploads by paste, smooth scrolling, dialogs that call the focus back.
 */
const OWN_EVENTS = [
  'keydown',
  'keypress',
  'keyup',
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

/** Keeps these events inside; what the browser itself does with them stays as it is. */
export function shieldFromPage(root: ShadowRoot): void {
  const stop = (event: Event): void => event.stopPropagation();
  for (const type of OWN_EVENTS) root.addEventListener(type, stop, { passive: true });
}
