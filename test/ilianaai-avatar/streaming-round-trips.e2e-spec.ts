import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { countedUri, countTrips, type Trips } from './database-trips.js';
import {
  startStream,
  startStreamingWorld,
  type Stream,
  type StreamingWorld,
} from './streaming-world.js';

/*
 * What a call about a running session of the legacy vendor asks of the database before its answer.
 * A turn is counted after it, as the clients' reports are: waiting for that made a task four times
 * as slow. Here counting ends only with the test, so a call that waits for it is never answered.
 */
let world: StreamingWorld;
let avatar: RunningAvatar;
let trips: Trips;
let stream: Stream;
let endCounting = () => {};

beforeAll(async () => {
  world = await startStreamingWorld();
  const database = { ...world.database, uri: countedUri(world.database.uri) };
  // Half the gap is how long a session counts as open without another look, however slow this is.
  const environment = {
    ...world.environment,
    VENDOR_POLL_SECONDS: '600',
    FINAL_READ_GAP_SECONDS: '60',
  };
  avatar = await world.another({ database, environment });
  for (const each of [world.avatar, world.streaming, avatar]) {
    await each.app.get(UpkeepWorker, { strict: false }).beforeApplicationShutdown();
  }
  stream = await startStream(world, await world.customer(), {}, avatar);
  const store = avatar.app.get(SessionStore, { strict: false });
  jest
    .spyOn(store, 'countTurns')
    .mockReturnValue(new Promise((resolve) => (endCounting = resolve)));
  trips = countTrips(avatar.connection);
});
afterAll(async () => {
  endCounting();
  await avatar.stop();
  await world.stop();
});

/** What a call has asked for until its answer. */
async function tripsOf(route: string, json: object = {}): Promise<string[]> {
  trips.reset();
  expect((await stream.call(route, json)).status).toBe(200);
  return [...trips.lines];
}

describe('calls about a running session', () => {
  it.each(['interrupt', 'keep_alive', 'start_listening', 'stop_listening'])(
    '%s reads its record by our own id',
    async (route) => {
      expect(await tripsOf(route)).toEqual(['find sessions: _id, accountId']);
    },
  );

  it.each(['talk', 'repeat'])('a task to %s reads its record and stores its turn', async (type) => {
    expect(await tripsOf('task', { text: 'Are you open?', task_type: type })).toEqual([
      'find sessions: _id, accountId',
      'insert turns',
    ]);
  });

  it('its end begins with the change: the record is as this replica wrote it last', async () => {
    const asked = await tripsOf('stop');
    const last = asked.indexOf('update sessions: state=stopped') + 1;
    // What follows is the upkeep's, whether this call has been answered or not.
    expect(asked.slice(0, last)).toEqual([
      'update sessions: state=stopping',
      'update sessions: state=stopped',
    ]);
  });
});
