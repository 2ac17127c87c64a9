import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { MAX_TRANSCRIPT_BYTES } from '#contracts';
import { failPoint, GroupCommit, utf8Bytes } from '#platform';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { SessionStore, type TurnCount } from '../sessions/store/session-store.service.js';
import { isOpen } from '../sessions/domain/session-states.js';
import type { Session } from '../sessions/domain/session.js';
import type { SourceLine } from './merge/source-line.js';
import { TurnCounter } from './turn-counter.js';
import { type InsertedLine, type OwnedLine, TurnRepository } from './turn.repository.js';

/** Most turns in one write; the server takes 100,000, but an answer should not wait that long. */
const MAX_GROUP = 500;

/** More than arrives while counts are gathered. */
const FAR_TURNS = 500;
const FAR_BYTES = 1024 * 1024;

interface Waiting extends OwnedLine {
  readonly owner: TurnCount['session'];
  /** When its session was open, by `performance.now`; -Infinity where that says nothing here. */
  readonly openAtMs: number;
}

/** Writes clients' turns by group commit: one write in flight, acknowledged when it is durable. */
@Injectable()
export class TurnWriter implements OnApplicationShutdown {
  private readonly commits = new GroupCommit<Waiting, InsertedLine>((lines) => this.commit(lines), {
    maxGroup: MAX_GROUP,
  });

  private readonly counter: TurnCounter;
  /** A session that was open so shortly ago is not closed: that takes two readings and a pause. */
  private readonly sureMs: number;

  constructor(
    private readonly turns: TurnRepository,
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
    config: AvatarConfig,
  ) {
    this.sureMs = (config.budgets.finalReadGapSeconds * 1000) / 2;
    this.counter = new TurnCounter((counts) => this.count(counts));
  }

  /**
   * @param session as it was read; one that was open a moment ago is not asked about again
   * @throws AvatarError `message_conflict` when the key stands with another text
   */
  async write(session: Session, line: SourceLine): Promise<void> {
    await failPoint('turn.received');
    const { id, accountId, traceId = null } = session;
    const openAtMs = isFarFromClosed(session) ? this.sessions.readAtMs(session) : -Infinity;
    const result = await this.commits.add({ owner: { id, accountId, traceId }, line, openAtMs });
    await failPoint('turn.stored');
    if (result === 'conflict') throw new AvatarError('message_conflict');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.commits.idle();
    await this.counter.idle();
  }

  /**
   * The turns are acknowledged when they are durable and are sure to be delivered: the record of a
   * session that is closing or closed has to say first that there is more. Otherwise only the caps
   * wait for the count.
   */
  private async commit(lines: readonly Waiting[]): Promise<InsertedLine[]> {
    const results = await this.turns.insertAll(lines);
    await failPoint('turn.groupHalfStored');
    const counts = countsOf(lines, results);
    if (await this.mustCountFirst(lines, counts)) await this.count(counts);
    else this.counter.add(counts);
    return results;
  }

  private async mustCountFirst(
    lines: readonly Waiting[],
    counts: readonly TurnCount[],
  ): Promise<boolean> {
    const openAtMs = Math.min(...lines.map((line) => line.openAtMs));
    if (openAtMs === -Infinity) return true;
    if (performance.now() - openAtMs < this.sureMs) return false;
    return this.sessions.isAnyClosing(counts.map(({ session }) => session));
  }

  private count(counts: readonly TurnCount[]): Promise<void> {
    return this.sessions.countTurns(counts, this.clock.now());
  }
}

/**
 * Open, and with room: near a session's limits each turn is counted before it is acknowledged, so
 * that they are exact.
 */
function isFarFromClosed({ state, turns, textBytes, config }: Session): boolean {
  return (
    isOpen(state) &&
    turns + FAR_TURNS < config.maxTranscriptTurns &&
    textBytes + FAR_BYTES < MAX_TRANSCRIPT_BYTES
  );
}

/** A repeated line counts as none, but its session is still looked at again if it is closed. */
function countsOf(lines: readonly Waiting[], results: readonly InsertedLine[]): TurnCount[] {
  const counts = new Map<
    string,
    { session: TurnCount['session']; turns: number; textBytes: number }
  >();
  for (const [index, { owner, line }] of lines.entries()) {
    const count = counts.get(owner.id) ?? { session: owner, turns: 0, textBytes: 0 };
    if (results[index] === 'stored') {
      count.turns += 1;
      count.textBytes += utf8Bytes(line.text);
    }
    counts.set(owner.id, count);
  }
  return [...counts.values()];
}
