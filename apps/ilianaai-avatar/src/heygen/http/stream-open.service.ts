import { Injectable } from '@nestjs/common';
import type { NewStreamAnswerDto, NewStreamDto } from '#contracts';
import { refuseDisabled } from '../../accounts/accounts.service.js';
import type { Standing } from '../../accounts/judge-access.js';
import { notThere } from '../../accounts/judge-access.js';
import { VisitorAccess } from '../../accounts/visitor-access.service.js';
import type { Customer } from '../../auth/caller.js';
import { AvatarError } from '../../errors.js';
import { SessionBox } from '../../sessions/store/session-box.js';
import { SessionOpener } from '../../sessions/session-opener.js';
import type { BesideBody } from '../../sessions/token.service.js';
import type { Session } from '../../sessions/domain/session.js';
import { HeyGenClient } from '../vendor/heygen.client.js';
import type { HeyGenMedia } from '../vendor/heygen.media.js';
import { tokenSessionKey } from './token-session-key.js';

/** Opens sessions at the legacy vendor. */
@Injectable()
export class StreamOpenService {
  constructor(
    private readonly opener: SessionOpener,
    private readonly heyGen: HeyGenClient,
    private readonly visitors: VisitorAccess,
    private readonly box: SessionBox,
  ) {}

  /**
   * Opens a session. A token opens one: asked again with it, the same session is answered.
   * @throws AvatarError `avatar_disabled`, and as `VisitorAccess.judge` and `SessionOpener.open`
   */
  async open(
    caller: Customer,
    request: NewStreamDto,
    { idempotencyKey, traceId, gone }: BesideBody,
  ): Promise<NewStreamAnswerDto> {
    const { quality } = request;
    refuseDisabled(caller.account);
    const standing = await this.standingOf(caller, request);
    const { session } = await this.opener.open({
      vendor: 'heygen',
      caller,
      request: {
        conversation_id: request.conversation_id,
        visitor_id: request.visitor_id,
        choice: quality,
      },
      standing,
      idempotencyKey: idempotencyKey ?? tokenSessionKey(caller.token?.id),
      traceId,
      create: (settings, names) => this.heyGen.create(settings, undefined, { quality, names }),
      ...(gone ? { gone } : {}),
    });
    return this.answer(session);
  }

  /**
   * A token that a visitor was given for its proof says whose it is; we vouch for it to Petya. One
   * that a server of the customer asked for opens a session without proof, and nothing of anybody's.
   */
  private async standingOf(caller: Customer, request: NewStreamDto): Promise<Standing> {
    const { account, token, visitorToken } = caller;
    const { visitor_id: visitorId = null, conversation_id: conversationId = null } = request;
    const bound = token?.visitorId ?? null;
    if (bound === null) {
      const asker = token?.byServer ? ({ ...account, visitorProof: 'optional' } as const) : account;
      return this.visitors.judge(asker, { visitorId, conversationId, visitorToken });
    }
    if (visitorId !== null && visitorId !== bound) throw notThere('visitor');
    const vouched = { ...account, keyKind: 'secret' } as const;
    const named = { visitorId: bound, conversationId, visitorToken };
    const standing = await this.visitors.judge(vouched, named);
    // The token is good for as long as it says, whether Petya can be asked or not.
    return { ...standing, visitorId: bound };
  }

  private answer(session: Session): NewStreamAnswerDto {
    const media = this.box.openMedia<HeyGenMedia>(session);
    if (media === null || session.vendorSessionId === null) {
      throw new AvatarError('session_ended');
    }
    return { session_id: session.vendorSessionId, ...media, intro: session.config.intro };
  }
}
