import { Injectable } from '@nestjs/common';
import { MAX_TRANSCRIPT_BYTES } from '#contracts';
import { toWellFormed } from '#platform';
import { randomUUID } from 'node:crypto';
import { DatabaseClock } from '../clock/database-clock.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import type { Session } from '../sessions/domain/session.js';
import type { VendorLine } from '../vendors/vendor.js';
import { correctRecord } from './merge/correct-record.js';
import { type Merge, type MergedTurn, mergeInSteps } from './merge/merge-sources.js';
import { charactersOf, MergeCache } from './merge/merge-cache.js';
import { inSlices, ownTurn } from './merge/steps.js';
import { TurnRepository } from './turn.repository.js';
import { TurnWriter } from './turn-writer.js';
import { placeVendorLines } from './merge/vendor-lines.js';
import type { SourceLine } from './merge/source-line.js';

/** A line before it has its place, and maybe its key. */
type ReportedLine = Pick<SourceLine, 'source' | 'role' | 'text'> & {
  readonly key: string | undefined;
  /** The client's own time; trusted within ten minutes of ours. */
  readonly atMs: number | undefined;
};

export interface Transcript {
  readonly turns: readonly MergedTurn[];
  readonly truncated: boolean;
}

/** How far a client's clock may be off before ours counts instead. */
const TRUSTED_SKEW_MS = 10 * 60_000;

/** A transcript with more text takes milliseconds to be made into an answer. */
const LONG_CHARACTERS = 256 * 1024;

/** What was said in a session, from all who heard it. */
@Injectable()
export class TranscriptService {
  private readonly merges = new MergeCache();
  private sequence = 0;

  constructor(
    private readonly writer: TurnWriter,
    private readonly turns: TurnRepository,
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Stores what a client reports; resolves when it is durable.
   * @param session as it was read: one that was open a moment ago saves asking again
   * @returns the key under which the turn is kept
   * @throws AvatarError `message_conflict`
   */
  async report(session: Session, line: ReportedLine): Promise<string> {
    const key = line.key ?? randomUUID();
    this.sequence += 1;
    await this.writer.write(session, {
      source: line.source,
      key,
      role: line.role,
      text: toWellFormed(line.text),
      ...this.timeOf(line),
      position: this.sequence,
    });
    return key;
  }

  /** Stores lines of the vendor's record as they stand in it. Repeats change nothing. */
  async placeVendorLines(session: Session, lines: readonly VendorLine[]): Promise<void> {
    const replaced = await this.turns.placeAll(session, placeVendorLines(lines));
    if (replaced > 0) await this.sessions.touchTranscript(session);
  }

  /**
   * Everything that was said so far, merged and within the session's limits.
   * @param session as it was just read: with its revision a merge is found that was made before
   */
  async read(session: Session): Promise<Transcript> {
    const merge = await this.mergeAt(session, await this.revisionOf(session));
    // What becomes of a long one takes its time as well, and others may have waited for the same.
    if (charactersOf(merge.turns) > LONG_CHARACTERS) await ownTurn();
    return asTranscript(session, merge);
  }

  /** How many turns `read` would give, without making them out again. */
  async count(session: Session): Promise<number> {
    const revision = await this.revisionOf(session);
    const known = this.merges.countAt(session.id, revision);
    return known ?? (await this.mergeAt(session, revision)).turns.length;
  }

  /**
   * As `read`, for whoever holds a record that is not new and has stored turns since.
   * @param record the vendor's whole record, where it has just been read: its lines are the vendor's
   * @returns with the keys of lines that it took back: they go, by `dropVendorLines`, once this is closed
   */
  async readAnew(
    session: Session,
    record: readonly SourceLine[] = [],
  ): Promise<Transcript & { readonly gone: readonly string[] }> {
    const { lines, changed, gone } = correctRecord(await this.turns.list(session), record);
    await this.turns.placeAll(session, changed);
    return { ...asTranscript(session, await this.mergeLines(session, lines)), gone };
  }

  /** Deletes what the vendor took back; nothing where it is gone already. */
  async dropVendorLines(session: Session, keys: readonly string[]): Promise<void> {
    await this.turns.removeVendorLines(session, keys);
  }

  /** Leaves no word of a session in this process. */
  forget(sessionId: string): void {
    this.merges.forget(sessionId);
  }

  private mergeAt(session: Session, revision: string): Promise<Merge> {
    return this.merges.get(session.id, revision, () => this.merge(session));
  }

  private async merge(session: Session): Promise<Merge> {
    return this.mergeLines(session, await this.turns.list(session));
  }

  private mergeLines(session: Session, lines: readonly SourceLine[]): Promise<Merge> {
    return inSlices(
      mergeInSteps(lines, {
        maxTurns: session.config.maxTranscriptTurns,
        maxTextBytes: MAX_TRANSCRIPT_BYTES,
      }),
    );
  }

  /**
   * Changes with every turn that is stored or replaced, whichever replica does it: a turn that is
   * new is one more in the index before it is acknowledged, and whoever replaced one changes the
   * record's revision next. A crash between the two leaves its step to be done again, which ends
   * by writing the record. Turns that are deleted are fewer.
   *
   * Both parts are read before the turns are. So what is kept under a revision may be newer than it,
   * never older, and whoever asks after a turn was acknowledged gets a merge that has it.
   */
  private async revisionOf(session: Session): Promise<string> {
    return `${session.rev}/${await this.turns.count(session)}/${session.config.maxTranscriptTurns}`;
  }

  /** Deletes everything that was said. */
  async remove(session: Session): Promise<void> {
    await this.turns.removeAll(session);
    this.forget(session.id);
  }

  private timeOf({ atMs }: ReportedLine): Pick<SourceLine, 'atMs' | 'isTold'> {
    const nowMs = this.clock.now().getTime();
    const isTold = atMs !== undefined && Math.abs(atMs - nowMs) <= TRUSTED_SKEW_MS;
    return isTold ? { atMs, isTold } : { atMs: nowMs };
  }
}

/** What was refused at the limit was said all the same and is missing. */
function asTranscript(session: Session, { turns, truncated }: Merge): Transcript {
  return { turns, truncated: truncated || session.endReason === 'transcript_full' };
}
