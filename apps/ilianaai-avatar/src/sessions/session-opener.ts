import { Injectable } from '@nestjs/common';
import { DEFAULT_SAME_VISITOR } from '#contracts';
import { failPoint, isDuplicateKey } from '#platform';
import type { Account } from '../accounts/account.js';
import type { Caller } from '../auth/caller.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import type { CreatedSession, SessionSettings, VendorName } from '../vendors/vendor.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { DatabaseClock } from '../session-record/database-clock.js';
import { freeSlot, newSession, type OpenRequest, requestHash } from './new-session.js';
import { meetSameVisitor } from './same-visitor.js';
import { OneAtATime } from '../session-record/one-at-a-time.js';
import { SecretBox } from '../session-record/secret-box.js';
import { fail } from '../session-record/session-moves.js';
import { SessionStore } from '../session-record/session-store.service.js';
import type { Session } from '../session-record/session.js';
import { StopService } from './stop.service.js';

/** Rounds of looking for a free slot while others take them: each round somebody gets one. */
const MAX_ROUNDS = 10;

/** How long a caller waits before a slot may have become free. */
const FULL_RETRY_SECONDS = 5;

export type Customer = Extract<Caller, { kind: 'customer' }>;

/** A session that somebody asks for. */
export interface Opening {
  readonly vendor: VendorName;
  readonly caller: Customer;
  readonly request: OpenRequest;
  /** The same key with the same request gives the same session. */
  readonly idempotencyKey: string | null;
  /** Asks the vendor; it is called at most once. */
  readonly create: (settings: SessionSettings) => Promise<CreatedSession>;
}

/** Opens sessions at either vendor: one record, one slot, one vendor session. */
@Injectable()
export class SessionOpener {
  private readonly box: SecretBox;
  private readonly turns = new OneAtATime();

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
   * @returns the session, which the vendor knows
   * @throws AvatarError `account_full`, `idempotency_running`, `idempotency_mismatch`,
   * `visitor_has_session`, `avatar_rejected` and the vendor's problems
   */
  async open(opening: Opening): Promise<Session> {
    await failPoint('token.received');
    const found = await this.reserve(opening);
    const session = found.state === 'creating' ? await this.create(found, opening) : found;
    await failPoint('token.idsStored');
    return session;
  }

  /** Who finds slots but is never the first to take one waits for its turn to look for one. */
  private async reserve(opening: Opening): Promise<Session> {
    const { account } = opening.caller;
    const reserved =
      (await this.tryToReserve(opening)) ??
      (await this.turns.run(account.accountId, () => this.tryToReserve(opening)));
    if (!reserved) throw full(account);
    return reserved;
  }

  /**
   * @returns a record with a slot of its own, or the session that this request asks for once more;
   * null when others were faster in every round
   */
  private async tryToReserve(opening: Opening): Promise<Session | null> {
    const { caller, request, idempotencyKey, vendor } = opening;
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
        live.filter((session) => session.vendor === vendor),
        request,
        caller.account.sameVisitor ?? DEFAULT_SAME_VISITOR,
      );
      if (encounter.kind === 'refuse') throw new AvatarError('visitor_has_session');
      if (encounter.kind === 'reuse') return encounter.session;
      if (encounter.kind === 'replace') {
        await this.stops.stop(encounter.session, 'replaced');
        continue;
      }
      const session = this.draft(opening, live);
      if ((await this.sessions.insert(session)) === null) return session;
    }
    return null;
  }

  private draft({ caller, ...opening }: Opening, live: readonly Session[]): Session {
    const { account, origin } = caller;
    const slot = freeSlot(live, account.limits.maxConcurrentSessions);
    if (slot === null) throw full(account);
    const { maxSessionSeconds } = this.config.budgets;
    return newSession({
      vendor: opening.vendor,
      account,
      origin,
      request: opening.request,
      idempotencyKey: opening.idempotencyKey,
      slot,
      maxSessionSeconds,
      now: this.clock.now(),
    });
  }

  private async create(session: Session, opening: Opening): Promise<Session> {
    await failPoint('token.recordWritten');
    const created = await this.ask(session, opening);
    await failPoint('token.vendorAnswered');
    const after = await this.keep(session, created);
    if (after) return after;
    // Given up meanwhile. A token that was never used costs nothing; what is open does.
    if (created.opened) await this.vendors.of(session).stop(created.vendorSessionId);
    throw new AvatarError('session_ended');
  }

  /**
   * @returns null when the session was given up meanwhile
   * @throws AvatarError `vendor_garbled` for the id of another session of the account
   */
  private async keep(session: Session, created: CreatedSession): Promise<Session | null> {
    const now = this.clock.now();
    try {
      return await this.sessions.change(session, (current) =>
        current.state === 'creating'
          ? {
              state: 'created',
              vendorSessionId: created.vendorSessionId,
              vendorToken: this.box.seal(created.vendorToken),
              ...this.openedMembers(current, created, now),
            }
          : null,
      );
    } catch (cause) {
      if (!isDuplicateKey(cause, 'vendorSessionId')) throw cause;
      await this.giveUp(session);
      throw new AvatarError('vendor_garbled', { cause });
    }
  }

  private openedMembers({ config }: Session, { opened }: CreatedSession, now: Date) {
    if (!opened) return {};
    const maxSessionSeconds = Math.min(
      config.maxSessionSeconds,
      opened.maxSessionSeconds ?? config.maxSessionSeconds,
    );
    return {
      openedAt: now,
      media: this.box.seal(JSON.stringify(opened.media)),
      config: { ...config, maxSessionSeconds },
    };
  }

  private async ask(session: Session, { create }: Opening): Promise<CreatedSession> {
    try {
      return await create(session.config);
    } catch (error) {
      await this.giveUp(session);
      throw error;
    }
  }

  private async giveUp(session: Session): Promise<void> {
    await this.sessions.change(session, (current) =>
      current.state === 'creating'
        ? // The key is free again: a repeat shall try again and not be given a failed session.
          { ...fail('vendor_fault', this.clock.now()), idempotencyKey: null }
        : null,
    );
  }
}

/** @throws AvatarError `idempotency_mismatch`, `idempotency_running` */
function judgeRepeat(first: Session, request: OpenRequest): Session {
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
