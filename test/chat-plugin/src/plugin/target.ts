import type { FindPlace } from './standing.js';
import { warn } from './warn.js';

/** A place that is not there after so long may still come, but the page's developer is told. */
const LATE_MS = 5_000;

/** Elements that show nothing of what stands in them. */
const SHOWING_NOTHING =
  'head, head *, template, script, style, noscript, input, textarea, select, option, img, picture, br, hr, iframe, frame, frameset, object, embed, canvas, video, audio, progress, meter, svg, svg *';

/** Whether a plugin would be seen in an element, as soon as the element itself is. */
export function canShow(element: Element): boolean {
  if (element.matches(SHOWING_NOTHING)) return false;
  const { shadowRoot } = element;
  return shadowRoot === null || shadowRoot.querySelector('slot:not([name])') !== null;
}

/** Finds what a selector names. Says so where it is no selector, or names nothing for long. */
export function targetOf(selector: string): FindPlace {
  const named = (): Element | null => {
    try {
      return document.querySelector(selector);
    } catch {
      return null;
    }
  };
  const find = (): Element | null => {
    const element = named();
    if (element === null || canShow(element)) return element;
    warn(
      `data-target="${selector}" is an element that shows nothing of what is put into it, so the chat is not shown. Write the selector of another one, as of a div.`,
    );
    return null;
  };
  if (isSelector(selector)) {
    setTimeout(() => {
      if (named() !== null) return;
      warn(
        `data-target="${selector}" matches no element of this page, so the chat is not shown yet. Write the selector of an element that is there, or leave data-target out.`,
      );
    }, LATE_MS);
  } else {
    warn(
      `data-target="${selector}" is no selector, so the chat is not shown. Write one that CSS takes, as data-target="#chat".`,
    );
  }
  return find;
}

function isSelector(selector: string): boolean {
  try {
    document.createDocumentFragment().querySelector(selector);
    return true;
  } catch {
    return false;
  }
}
