import type { StatusUpdateDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { PetyaCall } from '../support/petya-double.js';
import { until } from '../support/until.js';
import { startedVisit, type Visit } from './visit.js';
import type { World } from './world.js';

/** A delivery as Petya received it. */
export type Delivery = PetyaCall & { readonly body: StatusUpdateDto };

/** The deliveries Petya was sent of one session, in order. */
export function deliveriesOf(world: World, { sessionId }: Visit): Delivery[] {
  const sent = world.double.callsTo('status') as Delivery[];
  return sent.filter(({ body }) => body.sessionId === sessionId);
}

/** What Petya's database holds of a conversation, as `role: text`. */
export async function storedLines(shop: Tenant, conversationId: string): Promise<string[]> {
  const { transcript } = await shop.read(conversationId, '?limit=100');
  return transcript.map((turn) => `${turn.role}: ${turn.transcript}`);
}

/** Waits until Petya has confirmed that a session runs: what is sent from then on is its end. */
export async function untilLinked(world: World, ...talks: Visit[]): Promise<void> {
  const sessions = world.avatar.connection.collection('sessions');
  for (const { sessionId } of talks) {
    await until('the session is linked', () =>
      sessions.findOne({ vendorSessionId: sessionId, 'delivery.deliveredVersion': 1 }),
    );
  }
}

/**
 * Waits until the record says how many turns a session has. A count that reaches a closed transcript
 * has it put together again, and whoever sends it at that moment sends it twice.
 */
export async function untilCounted(
  { avatar }: World,
  { sessionId }: Visit,
  turns: number,
): Promise<void> {
  await until(`${turns} turns are counted`, () =>
    avatar.connection.collection('sessions').findOne({ vendorSessionId: sessionId, turns }),
  );
}

/** A running session in a conversation of its own. */
export async function talkIn(
  { avatar }: World,
  shop: Tenant,
): Promise<[talk: Visit, conversationId: string]> {
  const conversationId = await shop.openConversation();
  return [await startedVisit(avatar, shop, { conversation_id: conversationId }), conversationId];
}
