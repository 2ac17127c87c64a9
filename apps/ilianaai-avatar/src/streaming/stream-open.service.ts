import { Injectable } from '@nestjs/common';
import type { NewStreamAnswerDto, NewStreamDto } from '#contracts';
import { randomUUID } from 'node:crypto';
import { signAccountToken } from '../auth/account-token.js';
import type { Customer } from '../auth/caller.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import { DatabaseClock } from '../session-record/database-clock.js';
import { SecretBox } from '../session-record/secret-box.js';
import { SessionOpener } from '../sessions/session-opener.js';
import { later } from '../session-record/session-timing.js';
import type { Session } from '../session-record/session.js';
import { HeyGenClient } from '../vendors/heygen/heygen.client.js';
import type { HeyGenMedia } from '../vendors/heygen/heygen.media.js';
import { tokenSessionKey } from './token-session-key.js';

/** A token is asked for before a session and opens its socket until the end of it. */
const TOKEN_SPARE_SECONDS = 3600;

/** Tokens and sessions of the legacy vendor. */
@Injectable()
export class StreamOpenService {
  private readonly box: SecretBox;

  constructor(
    private readonly config: AvatarConfig,
    private readonly opener: SessionOpener,
    private readonly heyGen: HeyGenClient,
    private readonly clock: DatabaseClock,
  ) {
    this.box = new SecretBox(config.tokenSecrets);
  }

  /** A token of ours that stands in for the key; the vendor is asked for its own with a session. */
  async createToken({ account, origin }: Customer): Promise<string> {
    const [secret] = this.config.tokenSecrets;
    if (secret === undefined) throw new AvatarError('internal');
    const seconds = TOKEN_SPARE_SECONDS + this.config.budgets.maxSessionSeconds;
    const expiresAt = later(this.clock.now(), seconds);
    const { accountId } = account;
    return signAccountToken({ tokenId: randomUUID(), accountId, origin, expiresAt }, secret);
  }

  /**
   * Opens a session. A token opens one: asked again with it, the same session is answered.
   * @throws AvatarError as `SessionOpener.open`
   */
  async open(
    caller: Customer,
    request: NewStreamDto,
    idempotencyKey: string | null,
  ): Promise<NewStreamAnswerDto> {
    const { quality } = request;
    const session = await this.opener.open({
      vendor: 'heygen',
      caller,
      request: {
        conversation_id: request.conversation_id,
        visitor_id: request.visitor_id,
        choice: quality,
      },
      idempotencyKey: idempotencyKey ?? tokenSessionKey(caller.tokenId),
      create: (settings) => this.heyGen.create(settings, quality),
    });
    return this.answer(session);
  }

  private answer(session: Session): NewStreamAnswerDto {
    const opened = session.media === null ? null : this.box.open(session.media);
    if (opened === null || session.vendorSessionId === null) {
      throw new AvatarError('session_ended');
    }
    const media = JSON.parse(opened) as HeyGenMedia;
    return { session_id: session.vendorSessionId, ...media, intro: session.config.intro };
  }
}
