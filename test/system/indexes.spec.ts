import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { sessionSchema } from '../../apps/ilianaai-avatar/src/sessions/store/session.schema.js';
import { turnSchema } from '../../apps/ilianaai-avatar/src/turns/turn.schema.js';
import { accountSchema } from '../../apps/petya-avatar-api/src/accounts/account.schema.js';
import { apiKeySchema } from '../../apps/petya-avatar-api/src/api-keys/api-key.schema.js';
import { conversationSchema } from '../../apps/petya-avatar-api/src/conversations/conversation.schema.js';
import { erasedConversationSchema } from '../../apps/petya-avatar-api/src/erasure/erased-conversation.schema.js';
import { erasureOrderSchema } from '../../apps/petya-avatar-api/src/erasure/orders/erasure-order.schema.js';
import { messageSchema } from '../../apps/petya-avatar-api/src/messages/message.schema.js';
import { openingSchema } from '../../apps/ilianaai-avatar/src/opening/opening.schema.js';
import { claimSchema } from '../../apps/ilianaai-avatar/src/reconcile/claim.schema.js';
import { reportSchema } from '../../apps/ilianaai-avatar/src/reconcile/report.schema.js';
import { usageSchema } from '../../apps/petya-avatar-api/src/usage/usage.schema.js';
import { visitorSchema } from '../../apps/petya-avatar-api/src/visitors/visitor.schema.js';

/** What of a schema says which indexes it wants. */
interface Indexed {
  indexes(): [object, { readonly name?: string; readonly background?: boolean }][];
}

const schemas: Readonly<Record<string, Indexed>> = {
  sessions: sessionSchema,
  turns: turnSchema,
  accounts: accountSchema,
  apikeys: apiKeySchema,
  conversations: conversationSchema,
  erasedconversations: erasedConversationSchema,
  erasures: erasureOrderSchema,
  messages: messageSchema,
  openings: openingSchema,
  reconciliationclaims: claimSchema,
  reconciliations: reportSchema,
  usages: usageSchema,
  visitors: visitorSchema,
};

type Declared = Readonly<Record<string, unknown>>;

/** What a server compares when an index of this name stands already. */
function declaredIn(collection: string, schema: Indexed): [string, Declared][] {
  return schema.indexes().map(([key, { name, background: _way, ...options }]) => {
    const usual = Object.entries(key).flat().join('_');
    return [`${collection} ${name ?? usual}`, { key, ...options }];
  });
}

const declared = Object.fromEntries(
  Object.entries(schemas).flatMap(([collection, schema]) => declaredIn(collection, schema)),
);

const known = JSON.parse(
  readFileSync(new URL('indexes.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Declared>>;

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/*
 * A server refuses an index that differs from the one that stands under its name, and replicas of two
 * releases run side by side during an update: a changed index is a new one, with a name of its own.
 * `indexes.json` is written by hand: what is there already only ever goes, as a whole.
 */
describe('the indexes', () => {
  it.each(Object.keys(known))('%s is as it was under this name', (name) => {
    expect([name, asJson(declared[name])]).toEqual([name, known[name]]);
  });

  it('are all entered', () => {
    expect(Object.keys(declared).toSorted()).toEqual(Object.keys(known).toSorted());
  });
});
