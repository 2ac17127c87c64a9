import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { visit } from '../ilianaai-avatar/visit.js';
import { expectProblem } from '../ilianaai-avatar/vendor-shaped-problem.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('a body that says null, on a route whose body may be left out', () => {
  it.each(['start', 'stop', 'keep-alive'])('is refused: %s', async (route) => {
    const { token } = await visit(world.avatar, await world.customer());
    const headers = { authorization: `Bearer ${token}` };
    const answer = await world.avatar.call('POST', `/v1/sessions/${route}`, {
      headers,
      raw: 'null',
    });
    expectProblem(answer, 422, 'invalid_input');
  });

  it('is refused where a session is asked for', async () => {
    const { key } = await world.customer();
    const headers = { 'x-api-key': key };
    const answer = await world.avatar.call('POST', '/v1/sessions/token', { headers, raw: 'null' });
    expectProblem(answer, 422, 'invalid_input');
    expect((await world.vendor.summary()).byRoute['start'] ?? 0).toBe(0);
  });
});
