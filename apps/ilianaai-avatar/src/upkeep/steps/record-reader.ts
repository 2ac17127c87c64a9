import { Injectable } from '@nestjs/common';
import { failPoint } from '#platform';
import { createHash } from 'node:crypto';
import { isAtVendor, type Session } from '../../sessions/domain/session.js';
import { TranscriptService } from '../../turns/transcript.service.js';
import { placeVendorLines } from '../../turns/merge/vendor-lines.js';
import type { SourceLine } from '../../turns/merge/source-line.js';
import type { TranscriptPage, VendorRecord } from '../../vendors/vendor.js';
import { VendorRegistry } from '../../vendors/vendor-registry.js';

/** What a reading of the vendor's record brought. */
export interface Reading {
  readonly isLive: boolean;
  /** Where the next reading starts. */
  readonly cursor: number | null;
  /** Digest of the lines that were read. */
  readonly digest: string;
  /** All lines that were read, where that is the whole record; null where it is a part of it. */
  readonly record: readonly SourceLine[] | null;
}

/** What a vendor has of a session that it never knew. */
const NO_RECORD: TranscriptPage = { isLive: false, lines: [], next: null };

/** Pages read in one go; a session at its longest has fewer. */
const MAX_PAGES = 200;

/**
 * Reads the vendor's record page by page. Each page is stored before the cursor moves past it, so
 * a crash in between reads it again, which changes nothing.
 */
@Injectable()
export class RecordReader {
  constructor(
    private readonly vendors: VendorRegistry,
    private readonly transcripts: TranscriptService,
  ) {}

  /** @throws AvatarError when the vendor gives no answer that makes sense, or none in time */
  async inspect(session: Session, withinMs: number): Promise<VendorRecord> {
    if (!isAtVendor(session)) return { state: 'unknown' };
    return this.vendors.of(session).inspect(session.vendorSessionId, withinMs);
  }

  /**
   * @param from cursor of an earlier reading, or null for the whole record
   * @param withinMs for whoever has less patience than the vendor may take
   * @param goOn asked before each further page; what it throws ends the reading
   * @throws AvatarError when the vendor gives no answer that makes sense, or none in time
   */
  async read(
    session: Session,
    from: number | null,
    withinMs?: number,
    goOn: () => Promise<void> = async () => undefined,
  ): Promise<Reading> {
    const since = performance.now();
    const leftMs = () => withinMs && Math.max(1, withinMs - (performance.now() - since));
    const vendor = this.vendors.of(session);
    const digest = createHash('sha256');
    let cursor = from;
    let isLive = false;
    let isAtEnd = false;
    const lines: SourceLine[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const read = isAtVendor(session)
        ? await vendor.readTranscript(session.vendorSessionId, cursor, leftMs())
        : NO_RECORD;
      isLive = read.isLive;
      await failPoint('poll.pageRead');
      digest.update(JSON.stringify(read.lines));
      // The same lines as at the last reading are stored already.
      const isKnown = digest.copy().digest('hex') === session.transcript.lastDigest;
      if (page > 0 || !isKnown) await this.transcripts.placeVendorLines(session, read.lines);
      await failPoint('poll.pageStored');
      lines.push(...placeVendorLines(read.lines));
      isAtEnd = read.next === null || read.next === cursor;
      cursor = read.next ?? cursor;
      // An empty page that tells of another ends the reading, and there may be lines behind it.
      if (isAtEnd || read.lines.length === 0) break;
      await goOn();
    }
    await failPoint('poll.lastPage');
    return {
      isLive,
      cursor,
      digest: digest.digest('hex'),
      record: from === null && isAtEnd ? lines : null,
    };
  }
}
