import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Answer } from './json-client.js';

/** Offers to open a socket and hangs up if it is opened; 101 has no body. */
export function handshake(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const offer = request({
      port,
      path,
      host: '127.0.0.1',
      agent: false,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        ...headers,
      },
    });
    offer.once('upgrade', (_answer, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: new Headers(), text: '', body: {} });
    });
    offer.once('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () => {
        const known = new Headers(answer.headers as Record<string, string>);
        const body = JSON.parse(text) as Record<string, unknown>;
        resolve({ status: answer.statusCode ?? 0, headers: known, text, body });
      });
    });
    offer.once('error', reject);
    offer.end();
  });
}
