import type { Reply } from './exchange.js';

export interface RawReply extends Reply {
  /** 1xx: another answer follows. */
  readonly isInterim: boolean;
}

/** Reads all answers of a connection; `rest` is what does not read as one. */
export function readReplies(received: string): { replies: RawReply[]; rest: string } {
  const replies: RawReply[] = [];
  let rest = received;
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n');
    const [statusLine = '', ...lines] = rest.slice(0, Math.max(0, end)).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    if (Number.isNaN(status)) break;
    const headers = Object.fromEntries(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const { text, length } = readBody(rest.slice(end + 4), headers, status);
    replies.push({ status, headers, text, isInterim: status < 200 });
    rest = rest.slice(end + 4 + length);
  }
  return { replies, rest };
}

function readBody(content: string, headers: Record<string, string>, status: number) {
  if (status < 200 || status === 204 || status === 304) return { text: '', length: 0 };
  if (headers['transfer-encoding'] === 'chunked') return readChunks(content);
  const length = Number(headers['content-length'] ?? content.length);
  // An answer to HEAD has a length and no body: what follows is the next answer.
  if (content.startsWith('HTTP/1.1 ') || content === '') return { text: '', length: 0 };
  return { text: decode(content.slice(0, length)), length };
}

function readChunks(content: string): { text: string; length: number } {
  let text = '';
  let at = 0;
  for (;;) {
    const line = /^([0-9a-f]+)\r\n/i.exec(content.slice(at));
    if (!line) return { text: decode(text), length: at };
    const size = Number.parseInt(line[1] ?? '0', 16);
    at += line[0].length;
    text += content.slice(at, at + size);
    at += size + 2;
    if (size === 0) return { text: decode(text), length: at };
  }
}

function decode(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
