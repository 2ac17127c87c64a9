import 'reflect-metadata';
import { HttpService } from '@nestjs/axios';
import { runMain } from '#platform';
import { Agent } from 'node:http';
import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import { AccountsService } from '../../../apps/ilianaai-avatar/src/accounts/accounts.service.js';
import { createAvatarApp } from '../../../apps/ilianaai-avatar/src/create-avatar-app.js';
import {
  type VendorAnswer,
  VendorHttpClient,
  type VendorRequest,
} from '../../../apps/ilianaai-avatar/src/vendors/vendor-http.client.js';

/*
 * The avatar app with one thing changed, to learn what that thing costs: VARIANT=axios calls the
 * vendor through @nestjs/axios, VARIANT=no-look-up takes every key for the same account unasked.
 */
const http = new HttpService(
  axios.create({ httpAgent: new Agent({ keepAlive: true }), validateStatus: () => true }),
);
const variant = process.env['VARIANT'];
if (variant === 'axios') VendorHttpClient.prototype.send = sendByAxios;
if (variant === 'no-look-up') skipAccountLookUp();
await runMain(() => createAvatarApp(process.env));

async function sendByAxios(request: VendorRequest): Promise<VendorAnswer> {
  const { status, data } = await firstValueFrom(
    http.request<unknown>({
      method: request.method,
      url: `${process.env['HEYGEN_BASE_URL']}${request.path}`,
      headers: { ...request.headers },
      data: request.body,
      signal: AbortSignal.timeout(request.deadlineMs),
    }),
  );
  return { status, retryAfter: undefined, body: data };
}

function skipAccountLookUp(): void {
  const byKey = AccountsService.prototype.byKey;
  let known: ReturnType<typeof byKey> | undefined;
  AccountsService.prototype.byKey = function (key) {
    known ??= byKey.call(this, key);
    return known;
  };
}
