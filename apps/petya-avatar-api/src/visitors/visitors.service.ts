import { Injectable } from '@nestjs/common';
import type {
  InitVisitorDto,
  ListedVisitorDto,
  PageQueryDto,
  VisitorListDto,
  VisitorRefDto,
} from '#contracts';
import { toWellFormed } from '#platform';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { mayAct } from '../auth/access-rules.js';
import type { Caller } from '../auth/caller.js';
import { VisitorTokens } from '../auth/visitor-tokens.js';
import { noVisitor, PetyaError, nothingOf } from '../errors.js';
import type { Outcome } from '../http/outcome.js';
import { withoutQuery } from '../http/page-address.js';
import { recentPage, recentPageRequest } from '../paging/recent-page.js';
import { isGuessable } from '../persistence/record-id.js';
import { VisitorListRepository } from './visitor-list.repository.js';
import { toListedVisitor } from './visitor.mapper.js';
import {
  type KnownVisitor,
  type VisitorDetails,
  VisitorsRepository,
} from './visitors.repository.js';

@Injectable()
export class VisitorsService {
  constructor(
    private readonly visitors: VisitorsRepository,
    private readonly tokens: VisitorTokens,
    private readonly keys: ApiKeysService,
    private readonly accounts: AccountsService,
    private readonly visitorList: VisitorListRepository,
  ) {}

  /**
   * A new visitor, a person who is logged in, and whoever shows a visitor's proof get a token. An
   * id never does, whoever names it.
   * @throws PetyaError `not_found` for a `visitorId` the account does not have,
   * `visitor_token_needed`, `user_hash_invalid` for a hash that no secret key has made
   */
  async init(caller: Caller, dto: InitVisitorDto): Promise<Outcome<VisitorRefDto>> {
    const { visitorId, userId, userHash, ...said } = dto;
    const details = toDetails(said);
    if (userId !== undefined || userHash !== undefined) {
      return this.initUser(caller, userId, userHash, details);
    }
    const { account, visitor } = caller;
    if (visitor) {
      if (visitorId !== undefined && visitorId !== visitor.id) throw noVisitor();
      return this.known(account.id, visitor.id, details, true);
    }
    if (visitorId !== undefined) {
      await this.getNamed(caller, visitorId);
      // Nobody renames a visitor whose id was guessed.
      return this.known(account.id, visitorId, isGuessable(visitorId) ? {} : details, false);
    }
    const made = await this.visitors.create(account.id, details);
    return this.proved(account.id, { created: true, body: made });
  }

  /**
   * The visitor that a caller names by its id alone.
   * @throws PetyaError `not_found`, `visitor_token_needed`
   */
  async getNamed(caller: Caller, visitorId: string): Promise<KnownVisitor> {
    if (mayAct(caller) !== 'yes') throw new PetyaError('visitor_token_needed');
    const visitor = await this.visitors.find(caller.account.id, visitorId);
    if (!visitor || visitor.isRemoving) throw noVisitor();
    const { isProved, handle } = visitor;
    if (caller.keyKind === 'secret') return visitor;
    // What may be guessed is refused as if it were not there: nobody learns which guess was right.
    if (handle === 'guessed' || (handle === 'in use' && isProved)) {
      throw noVisitor();
    }
    if (isProved) {
      throw new PetyaError('visitor_token_needed');
    }
    return visitor;
  }

  /** Also one whose erasure has begun; null when the account has no such visitor. */
  find(accountId: string, visitorId: string): Promise<KnownVisitor | null> {
    return this.visitors.find(accountId, visitorId);
  }

  /** What the operator sees of a visitor. @throws PetyaError `not_found` */
  async describe(accountId: string, visitorId: string): Promise<ListedVisitorDto> {
    const profile = await this.visitors.profile(accountId, visitorId);
    if (!profile) throw nothingOf('visitor');
    return toListedVisitor(visitorId, profile);
  }

  /**
   * A page of an account's visitors, the last seen first.
   * @throws PetyaError `not_found` for an unknown account, `invalid_input` for a cursor that is none of ours
   */
  async list(accountId: string, query: PageQueryDto): Promise<VisitorListDto> {
    const request = recentPageRequest(query);
    await this.accounts.get(accountId);
    const found = await this.visitorList.list(accountId, request);
    const { items, nextCursor } = recentPage(found, request.limit);
    return {
      items: items.map(({ record }) => toListedVisitor(String(record._id), record)),
      nextCursor,
    };
  }

  /** Notes that a visitor was seen. @throws PetyaError `not_found` */
  async touch(accountId: string, visitorId: string): Promise<void> {
    if (!(await this.visitors.seen(accountId, visitorId, {}))) throw noVisitor();
  }

  private async known(
    accountId: string,
    visitorId: string,
    details: VisitorDetails,
    isProved: boolean,
  ): Promise<Outcome<VisitorRefDto>> {
    if (!(await this.visitors.seen(accountId, visitorId, details))) throw noVisitor();
    if (!isProved) return { created: false, body: { visitorId } };
    return this.proved(accountId, { created: false, body: visitorId });
  }

  private async initUser(
    { account }: Caller,
    userId: string | undefined,
    userHash: string | undefined,
    details: VisitorDetails,
  ): Promise<Outcome<VisitorRefDto>> {
    if (userId === undefined || userHash === undefined) throw halfAUser(userId);
    if (!(await this.keys.isUserHash(account.id, userId, userHash))) {
      throw new PetyaError('user_hash_invalid');
    }
    const found = await this.visitors.ofUser(account.id, toWellFormed(userId), details);
    return this.proved(account.id, found);
  }

  private async proved(
    accountId: string,
    { created, body: visitorId }: Outcome<string>,
  ): Promise<Outcome<VisitorRefDto>> {
    const visitorToken = await this.tokens.sign({ accountId, visitorId });
    return { created, body: { visitorId, visitorToken } };
  }
}

function halfAUser(userId: string | undefined): PetyaError {
  const [pointer, other] = userId === undefined ? ['/userId', 'userHash'] : ['/userHash', 'userId'];
  return new PetyaError('invalid_input', {
    errors: [{ pointer, message: `must be there beside ${other}` }],
  });
}

/** Members that were sent, with text that can be stored as it is. */
function toDetails(said: VisitorDetails): VisitorDetails {
  const { pageUrl } = said;
  const details = pageUrl === undefined ? said : { ...said, pageUrl: withoutQuery(pageUrl) };
  return Object.fromEntries(
    Object.entries(details)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([member, value]) => [member, toWellFormed(value)]),
  );
}
