import 'reflect-metadata';
import { HttpService } from '@nestjs/axios';
import { DtoValidationPipe, runMain } from '#platform';
import { Agent } from 'node:http';
import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import { AccountsService } from '../../../apps/ilianaai-avatar/src/accounts/accounts.service.js';
import { createAvatarApp } from '../../../apps/ilianaai-avatar/src/create-avatar-app.js';
import { SessionStore } from '../../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import {
  type VendorAnswer,
  VendorHttpClient,
  type VendorRequest,
} from '../../../apps/ilianaai-avatar/src/vendors/vendor-http.client.js';
import type { Variant } from './apps.js';

/*
 * The avatar app with something changed, to learn what that costs. VARIANT names it, by commas:
 * `axios` calls the vendor through @nestjs/axios, `no-look-up` takes every key for the same account
 * unasked, `no-session-look-up` a session for as it was found first, and `no-validation` every body
 * as it is.
 */
const http = new HttpService(
  axios.create({ httpAgent: new Agent({ keepAlive: true }), validateStatus: () => true }),
);
const CHANGES: Readonly<Record<Variant, () => void>> = {
  axios: () => (VendorHttpClient.prototype.send = sendByAxios),
  'no-look-up': skipAccountLookUp,
  'no-session-look-up': skipSessionLookUp,
  'no-validation': () => (DtoValidationPipe.prototype.transform = (value) => value),
};
for (const name of process.env['VARIANT']?.split(',') ?? []) CHANGES[name as Variant]();
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

function skipSessionLookUp(): void {
  const find = SessionStore.prototype.findByVendorId;
  const known = new Map<string, ReturnType<typeof find>>();
  SessionStore.prototype.findByVendorId = function (id, accountId) {
    const answer = known.get(id) ?? find.call(this, id, accountId);
    known.set(id, answer);
    return answer;
  };
}
