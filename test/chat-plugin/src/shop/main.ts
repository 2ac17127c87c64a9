import type { ChatReport } from '../plugin/chat.js';
import { readStored, type StoredConversation } from './stored.js';

/*
 * The shop's own program: a panel for whoever builds the page. It knows the plugin by the events
 * that it sends, and Petya by the key, as any customer would.
 */
const MOST_CALLS = 40;
/** An id in a path; its end is enough to tell it from others. */
const ID = /[\da-f-]{20,}([\da-f]{4})/g;
/** Behind these a path may be broken, and hence in no word. */
const SEAM = /(?<=[/._])/;
const VENDORS_LINES =
  'Lines of avatar-sdk are the vendor’s SDK’s own. It warns while a call connects, reconnects and ends, also where all is well.';
let isTold = false;
const config = (await (await fetch('config.json')).json()) as { apiKey: string; petyaUrl: string };

document.addEventListener('avatar-chat', (event) => {
  const report = (event as CustomEvent<ChatReport>).detail;
  if (report.kind === 'call') showCall(report);
  if (report.kind === 'state') {
    find('state').textContent = report.state;
    find('words').textContent = report.words;
  }
  if (report.kind === 'session' && report.sessionId !== null) {
    find('session').textContent = report.sessionId;
    if (!isTold) console.info(VENDORS_LINES);
    isTold = true;
  }
  if (report.kind === 'written') {
    // Without an answer the visitor's message is still kept.
    void fetch('desk', { method: 'POST', body: report.conversationId }).catch(() => undefined);
  }
  if (report.kind === 'ended') void showStored(report.conversationId);
});

function showCall({ method, url, status, ms }: Extract<ChatReport, { kind: 'call' }>): void {
  const who = url.startsWith(config.petyaUrl) ? 'petya' : 'avatar';
  const path = new URL(url).pathname.replace('/api/v1', '').replaceAll(ID, '…$1');
  const item = document.createElement('li');
  item.append(
    cell('b', status === null ? 'none' : String(status)),
    breakable(`${who}  ${method} ${path}`),
    cell('b', `${ms} ms`),
  );
  const calls = find('calls');
  calls.prepend(item);
  while (calls.children.length > MOST_CALLS) calls.lastElementChild?.remove();
}

async function showStored(conversationId: string): Promise<void> {
  const summary = find('stored-summary');
  summary.textContent = 'Waiting for the transcript …';
  try {
    const stored = await readStored(config.petyaUrl, config.apiKey, conversationId);
    summary.textContent = summaryOf(stored);
    find('stored').replaceChildren(...stored.turns.map(turn));
  } catch {
    summary.textContent = 'Petya has not confirmed the transcript yet.';
  }
}

function summaryOf({ status, endReasons, messages, turns, waitedMs }: StoredConversation): string {
  const ends = endReasons.map((reason) => reason.replaceAll('_', ' ')).join(', ');
  const video = endReasons.length === 0 ? 'no video' : `video ended: ${ends}`;
  const seconds = (waitedMs / 1000).toFixed(1);
  return `Conversation ${status}, messages: ${messages}, spoken lines: ${turns.length}, ${video}, here ${seconds} s after the end.`;
}

function turn({ role, text }: StoredConversation['turns'][number]): HTMLLIElement {
  const item = document.createElement('li');
  item.append(cell('b', role === 'user' ? 'Visitor' : 'Katya'), cell('span', text));
  return item;
}

function breakable(text: string): HTMLElement {
  const element = document.createElement('span');
  for (const piece of text.split(SEAM)) element.append(piece, document.createElement('wbr'));
  return element;
}

function cell(tag: 'b' | 'span', text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function find(mark: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(`[data-${mark}]`);
  if (element === null) throw new Error(`The page has no element marked data-${mark}.`);
  return element;
}
