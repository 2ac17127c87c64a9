import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express, Request, Response } from 'express';
import { FastExpressAdapter } from './fast-express.adapter.js';

setFlagsFromString('--allow-natives-syntax');
const haveOneShape = runInThisContext('(one, other) => %HaveSameMap(one, other)') as (
  one: object,
  other: object,
) => boolean;

const adapter = new FastExpressAdapter();
const express = adapter.getInstance<Express>();
const seen: [Request, Response][] = [];
const prototypesAtBirth: unknown[] = [];
let server: Server;

beforeAll(async () => {
  express.use((request: Request, response: Response) => {
    seen.push([request, response]);
    response.set('X-Path', request.path).json({ ip: request.ip });
  });
  adapter.initHttpServer();
  server = adapter.getHttpServer();
  server.prependListener('request', (...born) => prototypesAtBirth.push(...born.map(prototypeOf)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => void server.close());

function prototypeOf(object: object): unknown {
  return Object.getPrototypeOf(object);
}

async function call(path: string): Promise<unknown[]> {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return [answer.headers.get('x-path'), await answer.json()];
}

describe('the adapter', () => {
  it('gives every request and response what Express has for them, from birth', async () => {
    expect(await call('/one')).toEqual(['/one', { ip: '127.0.0.1' }]);
    expect(await call('/two?a=b')).toEqual(['/two', { ip: '127.0.0.1' }]);
    const after = seen.flat().map(prototypeOf);
    expect(prototypesAtBirth).toEqual(after);
    expect(after).toEqual([express.request, express.response, express.request, express.response]);
    expect(seen[0]?.[0].app).toBe(express);
  });

  // Each had a shape of its own once, which made every call several times slower.
  it('keeps them in one shape', () => {
    const [[request, response] = [], [laterRequest, laterResponse] = []] = seen;
    expect(haveOneShape(request ?? {}, laterRequest ?? {})).toBe(true);
    expect(haveOneShape(response ?? {}, laterResponse ?? {})).toBe(true);
  });
});
