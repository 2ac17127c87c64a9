export interface Embedded {
  readonly key: string;
  /** Petya's address for visitors. */
  readonly api: string;
  /** The gateway's address for visitors; it serves the plugin. */
  readonly gateway: string;
}

/** Where the gateway serves the plugin; the version stands in it, so that a page keeps the one it has. */
const PLUGIN_PATH = '/plugin/v1/plugin.js';

/** The script tag that brings the chat plugin into a page. Petya tells the plugin where the gateway is. */
export function embedCode({ key, api, gateway }: Embedded): string {
  const src = `${gateway}${PLUGIN_PATH}`;
  return `<script defer src="${quoted(src)}" data-key="${quoted(key)}" data-api="${quoted(api)}"></script>`;
}

/** As it stands between quotes in HTML: an imported key may hold any printable character. */
function quoted(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
