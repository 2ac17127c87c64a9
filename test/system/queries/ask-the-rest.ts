import type { INestApplicationContext, Type } from '@nestjs/common';
import { type Connection, type mongo, Types } from 'mongoose';
import { SessionRepository } from '../../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import { TurnRepository } from '../../../apps/ilianaai-avatar/src/turns/turn.repository.js';
import { ApiKeysRepository } from '../../../apps/petya-avatar-api/src/api-keys/api-keys.repository.js';
import { ConversationRemovalRepository } from '../../../apps/petya-avatar-api/src/erasure/conversation-removal.repository.js';
import { ConversationsRepository } from '../../../apps/petya-avatar-api/src/conversations/conversations.repository.js';
import { DeliveriesRepository } from '../../../apps/petya-avatar-api/src/deliveries/deliveries.repository.js';
import { ConversationListRepository } from '../../../apps/petya-avatar-api/src/conversations/conversation-list.repository.js';
import { VisitorListRepository } from '../../../apps/petya-avatar-api/src/visitors/visitor-list.repository.js';
import { MessagesRepository } from '../../../apps/petya-avatar-api/src/messages/messages.repository.js';
import { ErasureOrdersRepository } from '../../../apps/petya-avatar-api/src/erasure/orders/erasure-orders.repository.js';
import { VisitorRemovalRepository } from '../../../apps/petya-avatar-api/src/erasure/visitor-removal.repository.js';
import type { RunningAvatar } from '../../support/avatar-app.js';
import type { RunningPetya } from '../../support/petya-app.js';

type Method = (...parameters: readonly unknown[]) => Promise<unknown>;

/** What depends on who comes first, or on records from before, is asked of the repositories. */
function repositoryOf(app: INestApplicationContext, type: Type): Record<string, Method> {
  return app.get<Record<string, Method>>(type, { strict: false });
}

const ACCOUNT = 'nobodys';
const NOW = new Date();
/** Not due before everybody here is gone. */
const LATE = new Date(NOW.getTime() + 30 * 86_400_000);

/** As records of earlier releases are. */
interface OlderRecord {
  readonly _id: string;
  readonly [member: string]: unknown;
}

/** @param beside a connection that nobody listens to */
export async function askTheRestOfAvatar(app: RunningAvatar, beside: Connection): Promise<void> {
  const sessions = repositoryOf(app.app, SessionRepository);
  const key = { id: 'x', accountId: ACCOUNT };
  await sessions['touch']?.(key);
  const waits = { beyond: LATE, notFreedSince: NOW };
  await sessions['findLongestWait']?.(waits);
  await sessions['makeWaitDue']?.({ id: 'none', accountId: 'none' }, NOW, waits);
  await sessions['makeWaitsDue']?.(NOW, waits);
  await sessions['listLiveVendorIds']?.();
  await sessions['countLiveBefore']?.({ id: 'x', vendor: 'liveavatar', createdAt: NOW });
  await sessions['listTurnedAway']?.('liveavatar', NOW);
  await sessions['isAnyClosing']?.([key]);
  await sessions['countTurns']?.([{ session: key, turns: 1, textBytes: 1 }], NOW);
  const turns = repositoryOf(app.app, TurnRepository);
  await turns['count']?.(key);
  await turns['removeVendorLines']?.(key, ['v', 'w']);
  await turns['insert']?.({ accountId: ACCOUNT, sessionId: 'x', source: 'client', key: 'm' });
  for (const lane of ['end', 'life', 'outbox']) {
    for (const notAccounts of [[], ['busy']]) {
      await sessions['listDue']?.({ lane, now: NOW, limit: 5, notAccounts });
    }
  }
  const some = { accountId: ACCOUNT, createdAt: { $lte: NOW } };
  for (const query of [
    { accountId: ACCOUNT },
    { accountId: ACCOUNT, visitorId: 'v' },
    { ...some, visitorId: { $in: ['v', 'w'] } },
    { ...some, conversationId: { $in: ['c', 'd'] } },
    { accountId: ACCOUNT, vendorSessionId: { $in: ['s', 't'] } },
  ]) {
    for (const afterId of [null, 'x']) await sessions['listToErase']?.(query, afterId, 5);
  }
  const older = { accountId: ACCOUNT, purgedAt: null, dueAt: null };
  await beside.collection<OlderRecord>('sessions').insertMany([
    { _id: 'older-1', ...older, state: 'delivered', delivery: { deliveredAt: LATE } },
    { _id: 'older-2', ...older, state: 'failed', createdAt: LATE },
    { _id: 'older-3', ...older, state: 'delivered', purgedAt: NOW, origin: 'o', rev: 1 },
  ]);
  await sessions['datePurges']?.(60, NOW);
}

/** @param beside its database, by a connection that nobody listens to */
export async function askTheRestOfPetya({ app }: RunningPetya, beside: mongo.Db): Promise<void> {
  const keys = repositoryOf(app, ApiKeysRepository);
  await keys['hasAnyOf']?.(['d']);
  await keys['keepAnew']?.({ id: '0'.repeat(24), digest: 'd' }, { digest: 'e', pepper: 'p' });
  await keys['list']?.(ACCOUNT, { afterId: '0'.repeat(24), limit: 5 });
  const conversations = repositoryOf(app, ConversationsRepository);
  const opener = { visitorId: 'v', proof: false, isOwner: false };
  await conversations['discard']?.(ACCOUNT, 'c');
  await conversations['hasLiveSessions']?.(ACCOUNT);
  await conversations['findPage']?.(ACCOUNT, 'c', null, 5, 'v');
  for (const verdict of ['adopt', 'prove']) {
    await conversations['takeOver']?.({ _id: 'c' }, ACCOUNT, opener, verdict);
  }
  const undated = { behind: { at: null, id: 'x' }, limit: 5 };
  for (const list of [ConversationListRepository, VisitorListRepository]) {
    const listing = repositoryOf(app, list);
    await listing['list']?.(ACCOUNT, undated);
    for (const id of ['x', new Types.ObjectId()]) {
      await listing['list']?.(ACCOUNT, { behind: { at: NOW, id }, limit: 5 });
    }
  }
  const removal = repositoryOf(app, ConversationRemovalRepository);
  await removal['markAsFound']?.(ACCOUNT, { id: 'c', visitorId: 'v', lastActivityAt: NOW });
  await removal['markIdle']?.(ACCOUNT, ['c'], NOW);
  await removal['takeOutSession']?.(ACCOUNT, 'c', 's');
  await beside.collection<{ _id: string }>('conversations').insertOne({ _id: 'older' });
  await repositoryOf(app, DeliveriesRepository)['bringUpToDate']?.('older');
  await repositoryOf(app, MessagesRepository)['remove']?.(ACCOUNT, 'c', 'm');
  await repositoryOf(app, ErasureOrdersRepository)['countOpen']?.();
  const visitors = repositoryOf(app, VisitorRemovalRepository);
  await visitors['postponeRemoval']?.(ACCOUNT, 'v');
  await visitors['listUnseen']?.(ACCOUNT, NOW, { lastSeenAt: NOW, id: 'v' }, 5);
  await visitors['removeUnseen']?.(ACCOUNT, ['v'], NOW);
}
