import type { FindPlace } from './standing.js';
import { warn } from './warn.js';

/** A place that is not there after so long may still come, but the page's developer is told. */
const LATE_MS = 5_000;

/** Finds what a selector names. Says so where it is no selector, or names nothing for long. */
export function targetOf(selector: string): FindPlace {
  const find = (): Element | null => {
    try {
      return document.querySelector(selector);
    } catch {
      return null;
    }
  };
  if (isSelector(selector)) {
    setTimeout(() => {
      if (find() !== null) return;
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
