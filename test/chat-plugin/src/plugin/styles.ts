import css from './plugin.css';

/**
 * Puts the plugin's styles into its shadow root. A sheet that a script constructs is no inline style,
 * so a page's `style-src 'self'` lets it be; Safari before 16.4 and Firefox before 101 have none.
 */
export function addStyles(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    if ('adoptedStyleSheets' in root) {
      root.adoptedStyleSheets = [sheet];
      return;
    }
  } catch {
    // Written into the page, then.
  }
  root.append(Object.assign(document.createElement('style'), { textContent: css }));
}
