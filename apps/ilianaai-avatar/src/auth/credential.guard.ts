import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CREDENTIAL, judgeByHeaders, Rates, requestContext, requireBearer } from '#platform';
import type { Request, Response } from 'express';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError, type AvatarErrorCode } from '../errors.js';
import {
  type Caller,
  type CredentialKind,
  rememberCaller,
  takesKeys,
  takesTokens,
} from './caller.js';
import { Callers } from './callers.js';
import { type OfferedCredentials, readCredentials } from './credentials.js';
import { looksLikeToken } from './own-jwt.js';

/** Lets a request in by the credential its route declares. A route that declares none is closed. */
@Injectable()
export class CredentialGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly config: AvatarConfig,
    private readonly callers: Callers,
    private readonly rates: Rates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const kind = this.reflector.getAllAndOverride<CredentialKind | undefined>(CREDENTIAL, targets);
    if (kind === undefined) throw new AvatarError('key_missing');
    if (kind === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    if (kind === 'operator') return this.rates.admit(request, () => this.admitOperator(request));
    if (kind === 'metrics-token')
      return this.rates.admit(request, () => this.admitMetrics(request));
    const offered = judgeByHeaders(request, () => this.offeredTo(kind, request));
    const caller = await this.callers.of(kind, offered, request);
    if (caller.kind === 'customer' && offered.keys[0] !== undefined) {
      this.rates.countKey(offered.keys[0], http.getResponse<Response>());
    }
    const noted = requestContext(request);
    noted.accountId = accountOf(caller);
    rememberCaller(request, Object.assign(caller, { context: noted }));
    return true;
  }

  /** What may let the request in; whether it does is judged later. */
  private offeredTo(kind: CredentialKind, request: Request): OfferedCredentials {
    this.requireVendor(kind);
    const offered =
      kind === 'session-body' ? beaconToken(request) : readCredentials(request.headers);
    requireAny(kind, offered);
    return offered;
  }

  /** Routes that open or start a session are gone while their vendor is off; its sessions are not. */
  private requireVendor(kind: CredentialKind): void {
    const { heygen, liveAvatar } = this.config;
    if (isHeyGen(kind) && heygen === null) throw new AvatarError('heygen_disabled');
    const opens = kind === 'customer' || kind === 'session';
    if (opens && liveAvatar.apiKey === null) throw new AvatarError('liveavatar_disabled');
  }

  private admitOperator(request: Request): boolean {
    const { operators } = this.config;
    if (operators.isEmpty) throw new AvatarError('not_found');
    operators.admit(request);
    return true;
  }

  private admitMetrics({ headers }: Request): boolean {
    requireBearer(headers.authorization, this.config.metricsTokens, 'a metrics token');
    return true;
  }
}

function isHeyGen(kind: CredentialKind): boolean {
  return kind === 'heygen' || kind === 'heygen-key';
}

const TOKEN = 'the session_token of POST /v1/sessions/token';

/** What is said to whoever shows nothing, or a credential in the place of another. */
const REASONS = {
  noToken: `The session's own token is missing: send ${TOKEN} as Authorization: Bearer.`,
  keyForToken: `A key came where the session's own token belongs: send ${TOKEN} as Authorization: Bearer.`,
  tokenForKey:
    "A token came where the account's key belongs: send the key in X-Api-Key, or as Authorization: Bearer.",
  noBody: `There is no body. It has to be ${TOKEN}: the session token, and nothing else, as text/plain.`,
  otherBody: `The body is not ${TOKEN}: send the session token, and nothing else, as text/plain.`,
};

/** @throws AvatarError where nothing is offered of what the route takes */
function requireAny(kind: CredentialKind, { keys, token }: OfferedCredentials): void {
  if (token !== null && takesTokens(kind)) return;
  if (takesKeys(kind)) {
    if (keys.length > 0) return;
    throw token === null ? new AvatarError('key_missing') : refusal('key_invalid', 'tokenForKey');
  }
  throw keys.length === 0
    ? refusal('key_missing', 'noToken')
    : refusal('token_invalid', 'keyForToken');
}

function refusal(code: AvatarErrorCode, reason: keyof typeof REASONS): AvatarError {
  return new AvatarError(code, { params: { reason: REASONS[reason] } });
}

/** @throws AvatarError where the body cannot be a token */
function beaconToken(request: Request): OfferedCredentials {
  const body: unknown = request.body;
  const token = typeof body === 'string' ? body.trim() : '';
  if (token === '') throw refusal('key_missing', 'noBody');
  if (!looksLikeToken(token)) throw refusal('token_invalid', 'otherBody');
  return { token, keys: [] };
}

function accountOf(caller: Caller): string {
  return caller.kind === 'customer' ? caller.account.accountId : caller.claims.accountId;
}
