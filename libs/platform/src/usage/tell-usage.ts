import { StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import {
  USAGE_COLUMNS,
  type UsageDto,
  type UsageRange,
  usageRange,
  type UsageRangeQueryDto,
  usageRow,
  UsageSum,
  usageTrailer,
  type UsedSession,
} from '#contracts';
import { AppError } from '../errors/app-error.js';

/**
 * Answers what an account's sessions have cost: as sums, or as a table that is sent while it is read.
 * A table that was cut off lacks its last line, which begins with `total`.
 * @param read the sessions that started in a range, the earliest first
 * @throws AppError `invalid_input` for days or a time zone that there are not
 */
export async function tellUsage(
  accountId: string,
  query: UsageRangeQueryDto,
  now: Date,
  read: (range: UsageRange) => AsyncIterable<UsedSession>,
): Promise<UsageDto | StreamableFile> {
  const range = usageRange(query, now);
  if ('pointer' in range) throw new AppError('invalid_input', { errors: [range] });
  if (query.format === 'csv') return table(accountId, range, read(range));
  const sum = new UsageSum(range.timeZone);
  for await (const session of read(range)) sum.add(session);
  return sum.answer(accountId, range);
}

function table(
  accountId: string,
  range: UsageRange,
  sessions: AsyncIterable<UsedSession>,
): StreamableFile {
  const name = `usage-${accountId}-${range.firstDay}-${range.lastDay}.csv`;
  return new StreamableFile(Readable.from(lines(accountId, range, sessions)), {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="${name}"`,
  });
}

async function* lines(
  accountId: string,
  range: UsageRange,
  sessions: AsyncIterable<UsedSession>,
): AsyncGenerator<string> {
  const sum = new UsageSum(range.timeZone);
  yield `${USAGE_COLUMNS}\r\n`;
  for await (const session of sessions) {
    sum.add(session);
    yield `${usageRow(session, range.timeZone)}\r\n`;
  }
  yield `${usageTrailer(sum.answer(accountId, range))}\r\n`;
}
