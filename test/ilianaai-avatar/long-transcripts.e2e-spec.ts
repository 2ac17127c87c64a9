import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { get } from 'node:http';
import { TranscriptService } from '../../apps/ilianaai-avatar/src/turns/transcript.service.js';
import { TurnRepository } from '../../apps/ilianaai-avatar/src/turns/turn.repository.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { leastOfThree } from '../support/least-of-three.js';
import { readerOfThreadCpu } from '../support/thread-cpu.js';
import { until } from '../support/until.js';
import { startedVisit, type Visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

const TURNS = 5_000;

/** 5,000 of them have 4 MiB. */
const TEXT_LENGTH = 838;

const CALLERS = 10;

/** Longest that nobody else is heard. Most of it is for machines that are slower, and for the collector. */
const STRETCH_MS = 150;

/** The test database takes its time with so many turns. */
const PATIENCE_MS = 120_000;

let world: World;
let shop: Tenant;

beforeAll(async () => {
  // The vendor's record is not read meanwhile.
  world = await startWorld({ environment: { VENDOR_POLL_SECONDS: '600' } });
  shop = await world.customer();
});
afterAll(() => world.stop());

/** Gives a session a transcript as long as they come, heard by three sources. */
async function fill(avatar: RunningAvatar, { sessionId }: Visit): Promise<void> {
  const session = await avatar.connection
    .collection('sessions')
    .findOne({ vendorSessionId: sessionId });
  const owner = { sessionId: session?._id.toString(), accountId: session?.['accountId'] as string };
  for (const [lag, source] of ['vendor', 'client', 'socket'].entries()) {
    await avatar.connection.collection('turns').insertMany(
      Array.from({ length: TURNS }, (_, index) => ({
        ...owner,
        source,
        key: `${source}-${index}`,
        role: index % 2 === 0 ? 'user' : 'avatar',
        text: textOf(index),
        at: new Date(1_760_000_000_000 + index * 1_000 + lag * 300),
        position: index,
      })),
    );
  }
}

/** Its record is written no more until something happens. */
function untilAtRest({ sessionId }: Visit) {
  const atRest = {
    vendorSessionId: sessionId,
    'delivery.deliveredVersion': 1,
    'lease.owner': null,
  };
  return until('the session is told of', () =>
    world.avatar.connection.collection('sessions').findOne(atRest),
  );
}

function textOf(index: number): string {
  return `${index} ${'the quick brown fox jumps over the lazy dog '.repeat(20)}`
    .slice(0, TEXT_LENGTH)
    .trim();
}

/** Lets the answer flow by: to parse it here would count as the app's own work. */
function drain(avatar: RunningAvatar, path: string, { token }: Visit) {
  return new Promise<{ status: number | undefined; bytes: number }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(`${avatar.baseUrl}${path}`, { headers, agent: false }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.on('end', () => resolve({ status: answer.statusCode, bytes }));
      answer.on('error', reject);
    }).on('error', reject);
  });
}

/**
 * Longest that the thread worked without letting anybody else come, in milliseconds of its processor
 * time: how long it waits for a processor itself is not its doing.
 */
async function longestStretch(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let isWorking = true;
  const cpuMs = readerOfThreadCpu();
  let before = cpuMs();
  const look = (): void => {
    const now = cpuMs();
    longest = Math.max(longest, now - before);
    before = now;
    if (isWorking) setImmediate(look);
  };
  setImmediate(look);
  await work();
  isWorking = false;
  return longest;
}

describe('a transcript of 4 MiB', () => {
  let talk: Visit;
  let reads: ReturnType<typeof spyOnReads>;

  const spyOnReads = (avatar: RunningAvatar) =>
    jest.spyOn(avatar.app.get(TurnRepository, { strict: false }), 'list');

  beforeAll(async () => {
    talk = await startedVisit(world.avatar, shop);
    await fill(world.avatar, talk);
    await untilAtRest(talk);
    reads = spyOnReads(world.avatar);
  }, PATIENCE_MS);

  /** The longest stretch of work that finds nothing put together yet. */
  const stretchOf = (work: () => Promise<void>) =>
    leastOfThree(STRETCH_MS, async () => {
      const { _id } = await untilAtRest(talk);
      world.avatar.app.get(TranscriptService, { strict: false }).forget(_id.toString());
      reads.mockClear();
      return longestStretch(work);
    });

  it(
    'is put together once for ten callers, and nobody else waits for it',
    async () => {
      const path = `/v1/sessions/${talk.sessionId}/transcript`;
      let answers: Awaited<ReturnType<typeof drain>>[] = [];
      const stretch = await stretchOf(async () => {
        answers = await Promise.all(
          Array.from({ length: CALLERS }, () => drain(world.avatar, path, talk)),
        );
      });
      expect(answers.map(({ status }) => status)).toEqual(Array(CALLERS).fill(200));
      expect(Math.min(...answers.map(({ bytes }) => bytes))).toBeGreaterThan(TURNS * TEXT_LENGTH);
      expect(reads).toHaveBeenCalledTimes(1);
      expect(stretch).toBeLessThan(STRETCH_MS);
    },
    PATIENCE_MS,
  );

  it(
    'is not put together again to tell its number of turns',
    async () => {
      const path = `/v1/sessions/${talk.sessionId}`;
      const stretch = await stretchOf(async () => {
        await Promise.all(Array.from({ length: CALLERS }, () => drain(world.avatar, path, talk)));
      });
      expect((await talk.view()).turns).toBe(TURNS);
      expect(reads).toHaveBeenCalledTimes(1);
      expect(stretch).toBeLessThan(STRETCH_MS);
    },
    PATIENCE_MS,
  );
});

describe('a transcript that was read before', () => {
  it('has the turn that was just reported, here and at another replica', async () => {
    const other = await world.another({ database: world.database });
    try {
      const talk = await startedVisit(world.avatar, shop);
      const there = visitOf(other, { session_id: talk.sessionId, session_token: talk.token });
      const said: string[] = [];
      for (const [index, { say }] of [talk, there, there, talk].entries()) {
        said.push(`avatar: Turn ${index}`);
        await say(`Turn ${index}`);
        expect([await talk.lines(), await there.lines()]).toEqual([said, said]);
        expect([(await talk.view()).turns, (await there.view()).turns]).toEqual([
          index + 1,
          index + 1,
        ]);
      }
    } finally {
      await other.stop();
    }
  });

  it('is read once until something is said', async () => {
    const talk = await startedVisit(world.avatar, shop);
    const reads = jest.spyOn(world.avatar.app.get(TurnRepository, { strict: false }), 'list');
    await talk.say('Hello.');
    await untilAtRest(talk);
    reads.mockClear();
    for (let time = 0; time < 3; time += 1) {
      expect(await talk.lines()).toEqual(['avatar: Hello.']);
      expect((await talk.view()).turns).toBe(1);
    }
    expect(reads).toHaveBeenCalledTimes(1);
  });
});
