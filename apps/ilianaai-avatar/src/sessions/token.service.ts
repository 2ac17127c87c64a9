import { Injectable } from '@nestjs/common';
import { failPoint } from '#platform';
import type { CreateTokenDto, SessionTokenDto } from '#contracts';
import type { Account } from '../accounts/account.js';
import type { Caller } from '../auth/caller.js';
import { signSessionToken } from '../auth/session-token.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import type { CreatedSession } from '../vendors/vendor.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { DatabaseClock } from './database-clock.js';
import { freeSlot, newSession, requestHash } from './new-session.js';
import { meetSameVisitor } from './same-visitor.js';
import { SecretBox } from './secret-box.js';
import { fail } from './session-moves.js';
import { SessionStore } from './session-store.service.js';
import { later } from './session-timing.js';
import type { Session } from './session.js';
import { StopService } from './stop.service.js';

/** A token still names its session for so long after the session's longest time, to ask about it. */
const TOKEN_AFTERLIFE_SECONDS = 3600;

/** Rounds of looking for a free slot while others take them; a cap of 5 needs hardly two. */
const MAX_ROUNDS = 10;

/** How long a caller waits before a slot may have become free. */
const FULL_RETRY_SECONDS = 5;

/**
 * A visitor id stands in a public page and proves nothing: whoever knows it may end that visitor's
 * session by starting anew, but not listen in, unless the account chooses `join`.
 */
const DEFAULT_SAME_VISITOR = 'replace';

type Customer = Extract<Caller, { kind: 'customer' }>;

/** Opens sessions: one record, one slot, one vendor session, one token. */
@Injectable()
export class TokenService {
  private readonly box: SecretBox;

  constructor(
    private readonly config: AvatarConfig,
    private readonly sessions: SessionStore,
    private readonly vendors: VendorRegistry,
    private readonly stops: StopService,
    private readonly clock: DatabaseClock,
  ) {
    this.box = new SecretBox(config.tokenSecrets);
  }

  /**
   * @param idempotencyKey the same key with the same body gives the same session
   * @throws AvatarError `account_full`, `idempotency_running`, `idempotency_mismatch`,
   * `visitor_has_session`, `avatar_rejected` and the vendor's problems
   */
  async open(
    caller: Customer,
    request: CreateTokenDto,
    idempotencyKey: string | null,
  ): Promise<SessionTokenDto> {
    await failPoint('token.received');
    const found = await this.reserve(caller, request, idempotencyKey);
    const session = found.state === 'creating' ? await this.create(found) : found;
    await failPoint('token.idsStored');
    return this.answer(session, caller.origin);
  }

  /** A record with a slot of its own, or the session that this request asks for once more. */
  private async reserve(
    caller: Customer,
    request: CreateTokenDto,
    idempotencyKey: string | null,
  ): Promise<Session> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      if (idempotencyKey !== null) {
        const first = await this.sessions.findByIdempotencyKey(
          caller.account.accountId,
          idempotencyKey,
        );
        if (first) return judgeRepeat(first, request);
      }
      const live = await this.sessions.listLive(caller.account.accountId);
      const encounter = meetSameVisitor(
        live,
        request,
        caller.account.sameVisitor ?? DEFAULT_SAME_VISITOR,
      );
      if (encounter.kind === 'refuse') throw new AvatarError('visitor_has_session');
      if (encounter.kind === 'reuse') return encounter.session;
      if (encounter.kind === 'replace') {
        await this.stops.stop(encounter.session, 'replaced');
        continue;
      }
      const session = this.draft(caller, request, idempotencyKey, live);
      if ((await this.sessions.insert(session)) === null) return session;
    }
    throw full(caller.account);
  }

  private draft(
    { account, origin }: Customer,
    request: CreateTokenDto,
    idempotencyKey: string | null,
    live: readonly Session[],
  ): Session {
    const slot = freeSlot(live, account.limits.maxConcurrentSessions);
    if (slot === null) throw full(account);
    const { maxSessionSeconds } = this.config.budgets;
    const now = this.clock.now();
    const vendor = 'liveavatar';
    return newSession({
      vendor,
      account,
      origin,
      request,
      idempotencyKey,
      slot,
      maxSessionSeconds,
      now,
    });
  }

  private async create(session: Session): Promise<Session> {
    await failPoint('token.recordWritten');
    const created = await this.mint(session);
    await failPoint('token.vendorAnswered');
    const after = await this.sessions.change(session, (current) =>
      current.state === 'creating'
        ? {
            state: 'created',
            vendorSessionId: created.vendorSessionId,
            vendorToken: this.box.seal(created.vendorToken),
          }
        : null,
    );
    // Given up meanwhile: the vendor's token was never used and costs nothing.
    if (!after) throw new AvatarError('session_ended');
    return after;
  }

  private async mint(session: Session): Promise<CreatedSession> {
    try {
      return await this.vendors.of(session).create(session.config);
    } catch (error) {
      await this.sessions.change(session, (current) =>
        current.state === 'creating'
          ? // The key is free again: a repeat shall try again and not be given a failed session.
            { ...fail('vendor_fault', this.clock.now()), idempotencyKey: null }
          : null,
      );
      throw error;
    }
  }

  private async answer(session: Session, origin: string | null): Promise<SessionTokenDto> {
    const { vendorSessionId } = session;
    const [secret] = this.config.tokenSecrets;
    if (vendorSessionId === null || secret === undefined) throw new AvatarError('session_ended');
    const { noShowSeconds } = this.config.budgets;
    const seconds = noShowSeconds + session.config.maxSessionSeconds + TOKEN_AFTERLIFE_SECONDS;
    const session_token = await signSessionToken(
      {
        sessionId: session.id,
        vendorSessionId,
        accountId: session.accountId,
        origin,
        expiresAt: later(session.createdAt, seconds),
      },
      secret,
    );
    const warnings = session.config.contextId === null ? ['no_context'] : undefined;
    return { session_id: vendorSessionId, session_token, ...(warnings ? { warnings } : {}) };
  }
}

/** @throws AvatarError `idempotency_mismatch`, `idempotency_running` */
function judgeRepeat(first: Session, request: CreateTokenDto): Session {
  if (first.idempotencyHash !== requestHash(request)) throw new AvatarError('idempotency_mismatch');
  if (first.state === 'creating') {
    throw new AvatarError('idempotency_running', { retryAfterSeconds: 1 });
  }
  return first;
}

function full(account: Account): AvatarError {
  return new AvatarError('account_full', {
    params: { count: String(account.limits.maxConcurrentSessions) },
    retryAfterSeconds: FULL_RETRY_SECONDS,
  });
}
