import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startedVisit } from '../ilianaai-avatar/visit.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';

const CALLERS = 24;
const CALLS = 4;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('one session that many call at once', () => {
  it.each([
    ['start', 201],
    ['keep-alive', 200],
  ])('answers each %s, however often its record changes meanwhile', async (route, status) => {
    const { token } = await startedVisit(world.avatar, await world.customer());
    const headers = { authorization: `Bearer ${token}` };
    const statuses: number[] = [];
    const caller = async (): Promise<void> => {
      for (let call = 0; call < CALLS; call += 1) {
        const answer = await world.avatar.call('POST', `/v1/sessions/${route}`, { headers });
        statuses.push(answer.status);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    expect(statuses.filter((each) => each !== status)).toEqual([]);
  });
});
