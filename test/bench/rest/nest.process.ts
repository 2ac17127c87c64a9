import 'reflect-metadata';
import { Body, Controller, Headers, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { json } from 'express';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { FastExpressAdapter } from '../../../libs/platform/src/http/fast-express.adapter.js';
import { exchange } from '../../../apps/ilianaai-avatar/src/vendors/vendor-exchange.js';
import { benchKey } from './load.js';

/*
 * What the framework that was asked for can do: Nest on Express with our adapter and our way to the
 * vendor, and of all that we do for a call only what the peers do too (`gate.mjs`).
 */
const { VENDOR_URL = '', VENDOR_KEY = '', KEYS = '' } = process.env;
const pool = new Pool(VENDOR_URL, { connections: 64, pipelining: 1 });
const accounts = new Set(Array.from({ length: Number(KEYS) }, (_unused, index) => benchKey(index)));

@Controller('v1')
class ProxyController {
  @Post('streaming.interrupt')
  @HttpCode(200)
  async interrupt(@Headers('x-api-key') key: string, @Body() body: unknown): Promise<unknown> {
    if (!accounts.has(key)) return { code: 401 };
    const call = {
      method: 'POST' as const,
      path: '/v1/streaming.interrupt',
      headers: { 'content-type': 'application/json', 'x-api-key': VENDOR_KEY },
      body: JSON.stringify(body),
    };
    return JSON.parse((await exchange(pool, call, 10_000)).text) as unknown;
  }
}

@Module({ controllers: [ProxyController] })
class ProxyModule {}

const options = { bodyParser: false, logger: false } as const;
const app = await NestFactory.create(ProxyModule, new FastExpressAdapter(), options);
app.use(json());
await app.listen(0, '127.0.0.1');
process.once('disconnect', () => process.exit());
process.send?.({ port: (app.getHttpServer().address() as AddressInfo).port });
