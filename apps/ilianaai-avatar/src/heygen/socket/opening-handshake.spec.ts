import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { isSocketOffer } from './opening-handshake.js';

const PATH = '/v1/ws/streaming.chat';

const offer = (changed: Partial<IncomingMessage> = {}) =>
  ({
    method: 'GET',
    url: `${PATH}?session_id=a&session_token=b`,
    httpVersion: '1.1',
    headers: { upgrade: 'websocket' },
    ...changed,
  }) as IncomingMessage;

describe('an offer to go over to another protocol', () => {
  it.each<[string, Partial<IncomingMessage>]>([
    ['as browsers write it', {}],
    ['in other letters', { headers: { upgrade: 'WebSocket' } }],
    ['in a list', { headers: { upgrade: 'h2c, websocket' } }],
    ['under the second path', { url: `/api/v1/avatar${PATH}` }],
    ['with the whole address', { url: `http://a${PATH}` }],
  ])('asks for the socket: %s', (_what, changed) => {
    expect(isSocketOffer(offer(changed))).toBe(true);
  });

  it.each<[string, Partial<IncomingMessage>]>([
    ['another protocol', { headers: { upgrade: 'h2c' } }],
    ['a protocol whose name is longer', { headers: { upgrade: 'websocket2' } }],
    ['another path', { url: '/v1/sessions/token' }],
    ['another method', { method: 'POST' }],
    // Offers in it are to be ignored (RFC 9110 section 7.8): its sender would not understand 101.
    ['HTTP/1.0', { httpVersion: '1.0' }],
  ])('does not ask for the socket: %s', (_what, changed) => {
    expect(isSocketOffer(offer(changed))).toBe(false);
  });
});
