import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, type mongo } from 'mongoose';
import type { LeaseKind } from '../sessions/domain/session.js';
import { isLive, isOwed } from '../sessions/domain/session-states.js';
import { DUE_BY } from '../sessions/domain/session-timing.js';
import { isDue } from '../sessions/store/session-filters.js';
import { SESSION_MODEL, type SessionDocument } from '../sessions/store/session.schema.js';
import { COUNTED_STATES, type CountedState, type FleetCount } from './fleet.js';

/**
 * How many sessions a vendor has in one state, and of the oldest of them since when it is closed, and since
 * when it is to end, where they are.
 */
export interface CountedSessions extends FleetCount {
  readonly closedSince: Date | null;
  readonly endingSince: Date | null;
}

/** Records of an earlier release do not say when they were closed. */
const CLOSED_AT = { $ifNull: ['$enteredAt.final', '$endedAt'] };
const ENDING_AT = { $ifNull: ['$stop.at', '$enteredAt.stopping'] };

/** What is asked of all session records together. */
@Injectable()
export class FleetRepository {
  private readonly sessions: mongo.Collection<SessionDocument>;

  constructor(@InjectModel(SESSION_MODEL) model: Model<SessionDocument>) {
    this.sessions = model.collection as unknown as mongo.Collection<SessionDocument>;
  }

  /** The counted states that have sessions, vendor by vendor. It reads those sessions and no others. */
  async count(): Promise<CountedSessions[]> {
    const groups = this.sessions.aggregate<Group>([
      { $match: { state: { $in: [...COUNTED_STATES] } } },
      {
        $group: {
          _id: { vendor: '$vendor', state: '$state', isErased: { $gt: ['$erasedAt', null] } },
          sessions: { $sum: 1 },
          closedSince: { $min: CLOSED_AT },
          endingSince: { $min: ENDING_AT },
        },
      },
    ]);
    return together(await groups.toArray());
  }

  /** When the earliest session of a lane was due that nobody holds; null where none is. */
  async earliestDue(lane: LeaseKind, now: Date): Promise<Date | null> {
    const dueBy = DUE_BY[lane];
    const [earliest] = await this.sessions
      .find(
        { [dueBy]: isDue(now), 'lease.until': { $lte: now } },
        { projection: { _id: 0, [dueBy]: 1 }, sort: { [dueBy]: 1 }, limit: 1 },
      )
      .toArray();
    return earliest?.[dueBy] ?? null;
  }
}

interface Group extends Omit<CountedSessions, 'vendor' | 'state'> {
  readonly _id: {
    readonly vendor: FleetCount['vendor'];
    readonly state: CountedState;
    readonly isErased: boolean;
  };
}

/** Each vendor's states, without what is being erased and waits for nobody. */
function together(groups: readonly Group[]): CountedSessions[] {
  const found = new Map<string, CountedSessions>();
  for (const { _id, ...counted } of groups) {
    const { vendor, state, isErased } = _id;
    if (!isLive(state) && !isOwed(state, isErased)) continue;
    const name = `${vendor} ${state}`;
    const { sessions = 0, closedSince = null, endingSince = null } = found.get(name) ?? {};
    found.set(name, {
      vendor,
      state,
      sessions: sessions + counted.sessions,
      closedSince: earlier(closedSince, counted.closedSince),
      endingSince: earlier(endingSince, counted.endingSince),
    });
  }
  return [...found.values()];
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
