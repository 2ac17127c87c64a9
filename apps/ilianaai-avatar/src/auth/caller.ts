import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common';
import { ReadsVisitorToken } from '#contracts';
import { ApiSecurity } from '#contracts/description';
import { CREDENTIAL, type RequestContext } from '#platform';
import type { Request } from 'express';
import type { Account } from '../accounts/account.js';
import { type AvatarErrorCode, MayRefuse } from '../errors.js';
import type { SessionClaims } from './session-token.js';

/** Who calls, after the guard has judged the credential and the origin. */
export type Caller = Noted &
  (
    | {
        readonly kind: 'customer';
        readonly account: Account;
        readonly origin: string | null;
        /** Keyed digest of the address it calls from; null for a server of the customer. */
        readonly opener: string | null;
        /** The header as it came, where there was one: whose proof it is only Petya can tell. */
        readonly visitorToken: string | null;
        /** What a session token beside the key names: the session that was had before. */
        readonly earlier: SessionClaims | null;
        /** The token of `streaming.create_token`, where one stood in for the key. */
        readonly token?: {
          readonly id: string;
          readonly visitorId: string | null;
          /** A server of the customer has asked for it. */
          readonly byServer: boolean;
        };
      }
    | { readonly kind: 'session'; readonly claims: SessionClaims; readonly origin: string | null }
  );

/** What the request of a caller is noted in, for its log line and its answer. */
interface Noted {
  readonly context?: RequestContext;
}

/** Somebody with a customer's key, or a token that stands in for it. */
export type Customer = Extract<Caller, { kind: 'customer' }>;

/** Somebody with a session token. */
export type SessionHolder = Extract<Caller, { kind: 'session' }>;

/** Whether a server of the customer calls, which may do what its visitors may. */
export function isServer({ account }: Pick<Customer, 'account'>): boolean {
  return account.keyKind === 'secret';
}

/** Which credential a route takes. */
export type CredentialKind =
  | 'public'
  | 'customer'
  | 'session'
  | 'session-body'
  | 'session-or-customer'
  | 'heygen-key'
  | 'heygen'
  | 'operator'
  | 'metrics-token';

/** What whoever shows a key, or a token with a key beside it, may be refused by. */
const OF_KEYS = [
  'key_missing',
  'key_invalid',
  'key_not_for_browsers',
  'token_invalid',
  'origin_not_allowed',
  'account_suspended',
  'petya_unavailable',
] as const satisfies readonly AvatarErrorCode[];

/** The schemes of a customer's key, either of which will do. */
const KEY_SCHEMES = ['customerKey', 'customerKeyBearer'];

/** The route takes a customer key. It is gone while LiveAvatar is off. */
export const CustomerKey = () =>
  applyDecorators(
    credential('customer', ...KEY_SCHEMES),
    MayRefuse(...OF_KEYS),
    ReadsVisitorToken(),
  );

/** The route takes a session token. It is gone while LiveAvatar is off. */
export const SessionToken = () =>
  applyDecorators(credential('session', 'sessionToken'), MayRefuse(...OF_KEYS));

/** The route takes a session token as its whole body, which is all that a beacon can send. */
export const SessionTokenInBody = () =>
  applyDecorators(
    credential('session-body'),
    MayRefuse('key_missing', 'token_invalid', 'origin_not_allowed'),
  );

/** The route takes a session token, or a customer key together with a session id. */
export const SessionTokenOrKey = () =>
  applyDecorators(
    credential('session-or-customer', 'sessionToken', ...KEY_SCHEMES),
    MayRefuse(...OF_KEYS),
    ReadsVisitorToken(),
  );

/** A route of the legacy vendor that takes a customer key. It is gone while that vendor is off. */
export const HeyGenKey = () =>
  applyDecorators(
    credential('heygen-key', ...KEY_SCHEMES),
    MayRefuse(...OF_KEYS),
    ReadsVisitorToken(),
  );

/** As `HeyGenKey`; a token of `streaming.create_token` will do, too. */
export const HeyGenTokenOrKey = () =>
  applyDecorators(
    credential('heygen', ...KEY_SCHEMES, 'accountToken'),
    MayRefuse(...OF_KEYS),
    ReadsVisitorToken(),
  );

/** The route takes the operator's token. */
export const OperatorToken = () =>
  applyDecorators(credential('operator', 'adminToken'), MayRefuse('key_missing', 'token_invalid'));

/** Declares the credential to the guard and, by the names of its schemes, to the API description. */
function credential(kind: CredentialKind, ...schemes: string[]) {
  return applyDecorators(
    SetMetadata(CREDENTIAL, kind),
    ...schemes.map((scheme) => ApiSecurity(scheme)),
  );
}

const CALLER = Symbol('caller');

type Carrier = Request & { [CALLER]?: Caller };

export function rememberCaller(request: Request, caller: Caller): void {
  (request as Carrier)[CALLER] = caller;
}

/** The caller that the guard has let in. */
export const CurrentCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<Carrier>()[CALLER],
);

/** Whether a token lets a request in where a route takes this kind. */
export function takesTokens(kind: CredentialKind): boolean {
  return kind !== 'customer' && kind !== 'heygen-key';
}

/** As `takesTokens`, for a customer's key. */
export function takesKeys(kind: CredentialKind): boolean {
  return kind !== 'session' && kind !== 'session-body';
}
