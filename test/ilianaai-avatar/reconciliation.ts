import { expect } from '@jest/globals';
import type { ReconciliationDto } from '#contracts';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { RunningAvatar } from '../support/avatar-app.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import type { World } from './world.js';

export const OPERATOR = { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` };
export const PATH = '/api/v1/admin/reconciliations';

const DAY_MS = 86_400_000;

/** A day in UTC, so many before this one. */
export function dayBefore(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

/** So many seconds after ten o'clock of a day. */
export function inDay(day: string, seconds: number): Date {
  return new Date(Date.parse(`${day}T10:00:00Z`) + seconds * 1000);
}

/** What the operator gets; a report that takes longer is waited for. */
export async function compared(avatar: RunningAvatar, day: string): Promise<ReconciliationDto> {
  const made = await avatar.call<ReconciliationDto>('POST', `${PATH}/${day}`, {
    headers: OPERATOR,
  });
  if (made.status === 200) return made.body;
  expect([made.status, made.body]).toEqual([202, { day, state: 'running' }]);
  const askedAt = new Date().toISOString();
  return until(
    `the report of ${day}`,
    async () => {
      // The database answers one after the other.
      await sleep(300);
      const { status, body } = await read(avatar, day);
      return status === 200 && body.madeAt > askedAt.slice(0, 16) && body;
    },
    60_000,
  );
}

export function read(avatar: RunningAvatar, day: string) {
  return avatar.call<ReconciliationDto>('GET', `${PATH}/${day}`, { headers: OPERATOR });
}

/** What is the same however often a report is made. */
export function essence({ madeAt: _madeAt, ...report }: ReconciliationDto) {
  return report;
}

/** Sessions that are over on both sides, with the same seconds: so many, a second apart. */
export async function seedEqual(world: World, day: string, size: number): Promise<void> {
  for (let from = 0; from < size; from += 1_000) {
    const some = Array.from({ length: Math.min(1_000, size - from) }, (_, index) => ({
      id: randomUUID(),
      startedAt: inDay(day, from + index),
      endedAt: inDay(day, from + index + 61),
      credits: 4,
    }));
    await world.vendor.enter(some);
    await insertRecords(
      world.avatar.connection,
      some.map(({ id, ...times }) => ({ ...times, vendorSessionId: id })),
    );
  }
}

interface SeededRecord {
  readonly vendorSessionId: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly state?: string;
  readonly billed?: object | null;
}

/** Records as they are once Petya knows everything and the turns are gone. */
export async function insertRecords(
  connection: Connection,
  records: readonly SeededRecord[],
): Promise<void> {
  const rest = {
    vendor: 'liveavatar',
    accountId: 'acc-of-long-ago',
    state: 'delivered',
    rev: 1,
    slot: null,
    dueAt: null,
    endDueAt: null,
    outboxDueAt: null,
    erasedAt: null,
    lease: { owner: null, lane: 'life', epoch: 1, until: new Date(0) },
    transcript: { nextReadAt: null },
    billed: { seconds: 61, credits: 4, source: 'vendor' },
  };
  await connection.collection<{ _id: string }>('sessions').insertMany(
    records.map((record) => ({
      ...rest,
      purgedAt: record.endedAt,
      createdAt: record.startedAt,
      ...record,
      _id: randomUUID().replaceAll('-', '').slice(0, 22),
    })),
  );
}
