import { Injectable } from '@nestjs/common';
import { MAX_TRANSCRIPT_BYTES, type TurnRole } from '#contracts';
import { toWellFormed } from '#platform';
import { randomUUID } from 'node:crypto';
import { DatabaseClock } from '../session-record/database-clock.js';
import type { Session } from '../session-record/session.js';
import type { VendorLine } from '../vendors/vendor.js';
import { type MergedTurn, mergeWitnesses } from './merge-witnesses.js';
import { TurnRepository } from './turn.repository.js';
import { TurnWriter } from './turn-writer.js';
import { placeVendorLines } from './vendor-lines.js';
import type { WitnessSource } from './witness.js';

/** A turn as a client reports it. */
export interface ReportedTurn {
  readonly source: WitnessSource;
  readonly role: TurnRole;
  readonly text: string;
  readonly key: string | undefined;
  /** The client's own time; trusted within ten minutes of ours. */
  readonly atMs: number | undefined;
  /** `performance.now()` before the session was found open; it saves asking again. */
  readonly openAtMs?: number | undefined;
}

export interface Transcript {
  readonly turns: readonly MergedTurn[];
  readonly truncated: boolean;
}

/** How far a client's clock may be off before ours counts instead (contract section 6, 8). */
const TRUSTED_SKEW_MS = 10 * 60_000;

/** More than arrives while counts are gathered. */
const FAR_TURNS = 500;
const FAR_BYTES = 1024 * 1024;

/** What was said in a session, from all who heard it. */
@Injectable()
export class TranscriptService {
  private sequence = 0;

  constructor(
    private readonly writer: TurnWriter,
    private readonly turns: TurnRepository,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Stores what a client reports; resolves when it is durable.
   * @returns the key under which the turn is kept
   * @throws AvatarError `message_conflict`
   */
  async report(session: Session, turn: ReportedTurn): Promise<string> {
    const key = turn.key ?? randomUUID();
    this.sequence += 1;
    await this.writer.write({
      owner: session,
      line: {
        source: turn.source,
        key,
        role: turn.role,
        text: toWellFormed(turn.text),
        atMs: this.trustedTime(turn.atMs),
        position: this.sequence,
      },
      openAtMs: isFarFromFull(session) ? turn.openAtMs : undefined,
    });
    return key;
  }

  /** Stores lines of the vendor's record as they stand in it. Repeats change nothing. */
  async placeVendorLines(session: Session, lines: readonly VendorLine[]): Promise<void> {
    await this.turns.placeAll(session, placeVendorLines(lines));
  }

  /** Everything that was said so far, merged and within the session's limits. */
  async read(session: Session): Promise<Transcript> {
    const { turns, truncated } = mergeWitnesses(await this.turns.list(session), {
      maxTurns: session.config.maxTranscriptTurns,
      maxTextBytes: MAX_TRANSCRIPT_BYTES,
    });
    // What was refused at the limit was said all the same and is missing.
    return { turns, truncated: truncated || session.endReason === 'transcript_full' };
  }

  /** Deletes everything that was said. */
  remove(session: Session): Promise<void> {
    return this.turns.removeAll(session);
  }

  private trustedTime(atMs: number | undefined): number {
    const nowMs = this.clock.now().getTime();
    return atMs !== undefined && Math.abs(atMs - nowMs) <= TRUSTED_SKEW_MS ? atMs : nowMs;
  }
}

/** Near a session's limits each turn is counted before it is acknowledged, so that they are exact. */
function isFarFromFull({ turns, textBytes, config }: Session): boolean {
  return (
    turns + FAR_TURNS < config.maxTranscriptTurns && textBytes + FAR_BYTES < MAX_TRANSCRIPT_BYTES
  );
}
