import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { expectProblem } from '../support/expect-problem.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { makeTenant, type Tenant } from '../petya-avatar-api/tenant.js';
import { sendRaw } from '../support/raw-http.js';

let petya: RunningPetya;
let tenant: Tenant;
let port: number;

beforeAll(async () => {
  petya = await startPetya();
  tenant = await makeTenant(petya);
  port = Number(new URL(petya.baseUrl).port);
});
afterAll(() => petya.stop());

const head = (lines: string) =>
  `POST /api/v1/visitors/init HTTP/1.1\r\nHost: petya\r\nX-Api-Key: ${tenant.key}\r\n` +
  `Content-Type: application/json\r\n${lines}\r\n`;

describe('a body that is announced before it is sent', () => {
  it('is refused by its length, before any of it is asked for', async () => {
    const request = head('Content-Length: 1000000000\r\nExpect: 100-continue\r\n');
    const answer = await sendRaw(port, request, { untilClosed: true });
    expectProblem(answer, 413, 'payload_too_large');
    expect(answer.received).not.toContain('100 Continue');
  });

  it('is refused by its media type, before any of it is asked for', async () => {
    const request = head('Content-Length: 20\r\nExpect: 100-continue\r\n');
    const answer = await sendRaw(port, request.replace('application/json', 'text/csv'));
    expectProblem(answer, 415, 'unsupported_media_type');
    expect(answer.received).not.toContain('100 Continue');
  });

  it('is asked for where it fits', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(head('Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n')),
      );
      socket.on('data', (chunk) => {
        if (received === '' && chunk.toString().startsWith('HTTP/1.1 100 ')) socket.write('{}');
        received += chunk.toString();
      });
      socket.on('end', () => resolve(received)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
  });

  it('is read all the same when something else is expected', async () => {
    const request = `${head('Content-Length: 2\r\nExpect: a-miracle\r\nConnection: close\r\n')}{}`;
    expect((await sendRaw(port, request)).status).toBe(201);
  });
});

describe('a body that is too large', () => {
  it.each([
    ['with a length', 'Content-Length: 1000000\r\n', (bytes: string) => bytes],
    [
      'in chunks',
      'Transfer-Encoding: chunked\r\n',
      (bytes: string) => `${bytes.length.toString(16)}\r\n${bytes}\r\n0\r\n\r\n`,
    ],
  ])('is answered whole, and the connection closed: %s', async (_how, lines, frame) => {
    const request = head(lines) + frame('a'.repeat(1_000_000));
    const answer = await sendRaw(port, request, { untilClosed: true });
    expectProblem(answer, 413, 'payload_too_large');
    expect(answer.headers.get('connection')).toBe('close');
    expect((await tenant.call('GET', '/account/config')).status).toBe(200);
  });

  it('is not listened to for longer than a moment', async () => {
    const began = performance.now();
    const request = head('Content-Length: 1000000\r\n');
    const answer = await sendRaw(port, request, { untilClosed: true });
    expectProblem(answer, 413, 'payload_too_large');
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});
