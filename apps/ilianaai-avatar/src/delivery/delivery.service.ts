import { Injectable } from '@nestjs/common';
import type { StatusUpdateDto } from '#contracts';
import { AvatarConfig, type Budgets } from '../config/avatar-config.js';
import { markErased, nextVersion } from '../sessions/domain/session-moves.js';
import { later, purgeAt } from '../sessions/domain/session-timing.js';
import type { Session, SessionPatch } from '../sessions/domain/session.js';
import { inSlices } from '../turns/merge/steps.js';
import { TranscriptService } from '../turns/transcript.service.js';
import type { SourceLine } from '../turns/merge/source-line.js';
import { type DeliveryAttempt, PetyaStatusClient } from './petya-status.client.js';
import { nextAttemptDelaySeconds } from '#platform';
import { classifyDelivery } from './delivery-verdict.js';
import { ReadyTranscripts } from './ready-transcripts.js';
import {
  contentHash,
  conversationOf,
  toFinalUpdate,
  toLinkUpdate,
} from './status-update.mapper.js';

/** What became of the delivery of one version. */
export interface DeliveryResult {
  readonly version: number;
  readonly attempt: DeliveryAttempt;
}

/** Sends what the outbox of a session holds. */
@Injectable()
export class DeliveryService {
  private readonly ready = new ReadyTranscripts();

  constructor(
    private readonly petya: PetyaStatusClient,
    private readonly transcripts: TranscriptService,
    private readonly config: AvatarConfig,
  ) {}

  /**
   * Sends the current version once. What is sent is made from the record and the stored turns.
   * @returns null when there is more than this version was made of: a turn came since. Under one
   * version Petya takes one content only, so it has to become the next version first.
   */
  async send(session: Session): Promise<DeliveryResult | null> {
    const update = isClosed(session) ? await this.finalUpdate(session) : toLinkUpdate(session);
    if (update === null) return null;
    const attempt = await this.petya.send(conversationOf(session), update);
    return { version: session.delivery.version, attempt };
  }

  /**
   * Identifies what would be delivered of an ended session now.
   * @param record the vendor's whole record, where it was just read
   * @returns with the keys of lines that the vendor took back, which are still stored
   */
  async hashOf(
    session: Session,
    record?: readonly SourceLine[],
  ): Promise<{ hash: string; truncated: boolean; gone: readonly string[] }> {
    // The step that asks has stored the vendor's words since it read the record.
    const { gone, ...transcript } = await this.transcripts.readAnew(session, record);
    this.ready.put(session.id, transcript);
    return {
      hash: await inSlices(contentHash(toFinalUpdate(session, transcript))),
      truncated: transcript.truncated,
      gone,
    };
  }

  /** Deletes what the vendor took back, once a transcript without it is closed. */
  dropVendorLines(session: Session, keys: readonly string[]): Promise<void> {
    return this.transcripts.dropVendorLines(session, keys);
  }

  /** Deletes everything that was said in a session that is being erased. */
  async removeWords(session: Session): Promise<void> {
    this.ready.take(session.id);
    await this.transcripts.remove(session);
  }

  private async finalUpdate(session: Session): Promise<StatusUpdateDto | null> {
    const transcript = this.ready.take(session.id) ?? (await this.transcripts.read(session));
    const update = toFinalUpdate(session, transcript);
    const hash = await inSlices(contentHash(update));
    return hash === session.delivery.hash ? update : null;
  }

  /**
   * What the record says after an attempt by whoever holds it no longer: that Petya has taken the version,
   * where nobody knows that yet. Null for anything else, which is for the holder to say.
   */
  afterTaken(session: Session, result: DeliveryResult, now: Date): SessionPatch | null {
    const { version, deliveredVersion } = session.delivery;
    if (session.erasedAt || session.state === 'parked' || deliveredVersion >= result.version) {
      return null;
    }
    const isTaken = classifyDelivery(result.attempt.outcome, 0) === 'delivered';
    return isTaken && version === result.version ? this.afterAttempt(session, result, now) : null;
  }

  /** What the record says after an attempt: delivered, parked, or when to try again. */
  afterAttempt(session: Session, result: DeliveryResult, now: Date): SessionPatch {
    const { attempt, version } = result;
    // A newer version came up while this one was under way: it is due already.
    if (session.delivery.version !== version) return {};
    if (!attempt.wasMade) {
      const nextAttemptAt = later(now, this.config.circuit.openSeconds);
      return { delivery: { ...session.delivery, nextAttemptAt } };
    }
    const firstAttemptAt = session.delivery.firstAttemptAt ?? now;
    const ageSeconds = (now.getTime() - firstAttemptAt.getTime()) / 1000;
    const verdict = classifyDelivery(attempt.outcome, ageSeconds);
    const attempts = session.delivery.attempts + 1;
    const tried = { ...session.delivery, attempts, firstAttemptAt };
    if (verdict === 'delivered') return delivered(session, tried, now);
    if (verdict === 'erased') return { delivery: tried, ...markErased(session, now) };
    if (verdict === 'park') {
      const delivery = { ...tried, lastError: attempt.summary, nextAttemptAt: null };
      // A link that is refused must not hold up the session; the transcript comes as its own version.
      return isClosed(session) ? { state: 'parked', delivery } : { delivery };
    }
    const delay = nextAttemptDelaySeconds({
      attempt: attempts,
      steps: this.config.budgets.retryStepsSeconds,
      ageSeconds,
      retryAfterSeconds: attempt.retryAfterSeconds,
      random: Math.random(),
    });
    return {
      delivery: { ...tried, lastError: attempt.summary, nextAttemptAt: later(now, delay) },
    };
  }
}

/** Whether the transcript has been put together: what is sent then is all of it. */
function isClosed(session: Session): boolean {
  return session.state === 'final' || session.state === 'delivered';
}

/** The transcript is put together anew, as its next version; this one waits for it. */
export function putTogetherAgain(session: Session, now: Date): SessionPatch {
  return {
    transcript: { ...session.transcript, nextReadAt: now },
    delivery: { ...session.delivery, nextAttemptAt: later(now, 1) },
  };
}

/** A person has looked at a parked session: it is sent again as a version of its own, unless it is being erased. */
export function release(session: Session, now: Date): SessionPatch | null {
  if (session.state !== 'parked' || session.erasedAt) return null;
  return { state: 'final', ...nextVersion(session, session.delivery.hash, now) };
}

/** Turns that go so soon may be gone before anybody has read them. */
const PURGE_SPARE_SECONDS = 60;

/**
 * What Petya has confirmed is delivered once more, as a version of its own. A version that is still
 * on its way is due at once.
 * @returns why not: `turns_gone` where the turns went or are about to, since a version without them
 * would say that nothing was said
 */
export function redeliver(
  session: Session,
  now: Date,
  budgets: Budgets,
): SessionPatch | 'not_delivered' | 'turns_gone' {
  const { state, erasedAt, purgedAt, delivery } = session;
  if (state !== 'delivered' || erasedAt) return 'not_delivered';
  const goesAt = purgeAt(session, budgets);
  const isGoing = goesAt !== null && goesAt <= later(now, PURGE_SPARE_SECONDS);
  if (purgedAt || isGoing) return 'turns_gone';
  if (delivery.version === delivery.deliveredVersion)
    return nextVersion(session, delivery.hash, now);
  return { delivery: { ...delivery, attempts: 0, nextAttemptAt: now } };
}

function delivered(session: Session, tried: Session['delivery'], now: Date): SessionPatch {
  const delivery = {
    ...tried,
    deliveredVersion: tried.version,
    deliveredAt: now,
    nextAttemptAt: null,
    lastError: null,
  };
  return session.state === 'final' ? { state: 'delivered', delivery } : { delivery };
}
