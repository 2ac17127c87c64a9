import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { simulatedVendor, tokenRequest, type SimulatedVendor } from './vendor.client.factory.js';

let vendor: SimulatedVendor;

beforeAll(async () => {
  vendor = await simulatedVendor();
});
beforeEach(() => vendor.control.reset());
afterAll(() => vendor.close());

const UNKNOWN_ID = '11111111-2222-4333-8444-555555555555';

describe('minting a token', () => {
  it('answers 200 with code 1000 and a token the browser SDK can decode', async () => {
    const members = { max_session_duration: 90, interactivity_type: 'PUSH_TO_TALK' };
    const { status, body } = await vendor.send(
      'POST',
      '/v1/sessions/token',
      vendor.apiKey,
      tokenRequest(members),
    );
    expect({ status, code: body.code }).toEqual({ status: 200, code: 1000 });
    const payload = String(body.data['session_token']).split('.')[1] ?? '';
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    expect(claims).toMatchObject({
      start_session_data: {
        mode: 'FULL',
        avatar_id: tokenRequest()['avatar_id'],
        is_sandbox: false,
        voice_id: null,
        interactivity_type: 'PUSH_TO_TALK',
      },
    });
  });

  it('ignores members it does not know', async () => {
    const body = tokenRequest({ video_quality: 'high', nonsense: { deep: [1] } });
    const answer = await vendor.send('POST', '/v1/sessions/token', vendor.apiKey, body);
    expect(answer.status).toBe(200);
  });

  it('accepts the account key only, so a session token, no key and a wrong key get 401', async () => {
    const { bearer } = await vendor.mint();
    const others: Record<string, string>[] = [{}, { 'x-api-key': 'wrong' }, { 'x-api-key': '' }];
    for (const headers of [bearer, ...others]) {
      const answer = await vendor.send('POST', '/v1/sessions/token', headers, tokenRequest());
      expect(answer.status).toBe(401);
    }
  });

  it.each([
    ['no avatar', { avatar_id: undefined }, 'avatar_id'],
    ['an avatar name instead of a UUID', { avatar_id: 'Wayne_public' }, 'avatar_id'],
    ['a voice that is no UUID', { avatar_persona: { voice_id: 'anna' } }, 'voice_id'],
    ['a context that is no UUID', { avatar_persona: { context_id: 'shop' } }, 'context_id'],
    ['a boolean written as text', { is_sandbox: 'true' }, 'is_sandbox'],
    ['a duration written as text', { max_session_duration: '60' }, 'max_session_duration'],
    ['an unknown mode', { mode: 'CUSTOM' }, 'mode'],
    ['neither persona nor voice agent', { avatar_persona: undefined }, 'body'],
    ['persona and voice agent', { voice_agent: { id: UNKNOWN_ID } }, 'body'],
    ['a list as persona', { avatar_persona: [] }, 'avatar_persona'],
  ])('refuses %s with 422 naming the member', async (_what, members, member) => {
    const body = tokenRequest(members);
    const answer = await vendor.send('POST', '/v1/sessions/token', vendor.apiKey, body);
    expect(answer.status).toBe(422);
    expect(answer.body.detail.map(({ loc }) => loc.at(-1))).toEqual([member]);
  });

  it('refuses text that is not JSON and a body that is not an object with 422', async () => {
    for (const body of ['{"avatar_id":', '[]', 'null', '"x"', '['.repeat(100_000)]) {
      const answer = await vendor.send('POST', '/v1/sessions/token', vendor.apiKey, body);
      expect(answer.status).toBe(422);
    }
    expect((await vendor.control.ledger()).requests).toHaveLength(5);
  });

  it('refuses durations above the plan and, in the sandbox, above a minute with 400', async () => {
    await vendor.control.set({ planMaxSessionSeconds: 120 });
    const wayne = 'dd73ea75-1218-4ef3-92ce-606d5f7fbc0a';
    const sandbox = { avatar_id: wayne, is_sandbox: true };
    const cases: [Record<string, unknown>, number][] = [
      [{ max_session_duration: 120 }, 200],
      [{ max_session_duration: 121 }, 400],
      [{ ...sandbox, max_session_duration: 60 }, 200],
      [{ ...sandbox, max_session_duration: 61 }, 400],
      [{ is_sandbox: true }, 400],
    ];
    for (const [members, status] of cases) {
      const body = tokenRequest(members);
      const answer = await vendor.send('POST', '/v1/sessions/token', vendor.apiKey, body);
      expect(answer.status).toBe(status);
    }
  });

  it('words refused input as a list of messages when set so', async () => {
    await vendor.control.set({ validationShape: 'message-list' });
    const answer = await vendor.send('POST', '/v1/sessions/token', vendor.apiKey, {});
    expect(answer.status).toBe(400);
    expect(answer.body.data).toContainEqual({ message: 'avatar_id: Field required' });
  });

  it('reserves no slot and costs nothing', async () => {
    await vendor.control.set({ concurrencyLimit: 1, credits: 2 });
    await vendor.mint();
    await vendor.mint();
    await vendor.started();
    expect((await vendor.control.summary()).creditsSpent).toBe(2);
  });
});

describe('starting', () => {
  it('answers 201 with the room, with or without a body and an API key beside the token', async () => {
    for (const extra of [{}, vendor.apiKey]) {
      for (const body of [undefined, {}, { session_id: 'anything' }]) {
        const { id, bearer } = await vendor.mint({ max_session_duration: 90 });
        const headers = { ...bearer, ...extra };
        const answer = await vendor.send('POST', '/v1/sessions/start', headers, body);
        expect(answer.status).toBe(201);
        expect(answer.body).toMatchObject({
          code: 1000,
          data: { session_id: id, max_session_duration: 90, ws_url: null },
        });
        expect(answer.body.data['livekit_url']).toMatch(/^wss:\/\//);
        expect(String(answer.body.data['livekit_client_token']).split('.')).toHaveLength(3);
      }
    }
  });

  it('answers 401 without a valid session token', async () => {
    const { token } = await vendor.mint();
    const forged = `${token.slice(0, -3)}AAA`;
    const credentials: Record<string, string>[] = [
      {},
      vendor.apiKey,
      { authorization: `Bearer ${forged}` },
      { authorization: `Bearer ${token}.x` },
    ];
    for (const headers of credentials) {
      expect((await vendor.send('POST', '/v1/sessions/start', headers)).status).toBe(401);
    }
  });

  it('answers 401 once the token has expired', async () => {
    const { bearer } = await vendor.mint();
    await vendor.control.advance(3600);
    expect((await vendor.send('POST', '/v1/sessions/start', bearer)).status).toBe(401);
  });

  it('answers 400 to a second start and keeps one session', async () => {
    const { bearer } = await vendor.started();
    expect((await vendor.send('POST', '/v1/sessions/start', bearer)).status).toBe(400);
    const { sessions } = await vendor.control.summary();
    expect(sessions).toEqual({ known: 1, active: 1, ended: 0 });
  });

  it('answers 403 with code 4003 when every slot is taken, and starts when one is free', async () => {
    await vendor.control.set({ concurrencyLimit: 1 });
    const first = await vendor.started();
    const second = await vendor.mint();
    const refused = await vendor.send('POST', '/v1/sessions/start', second.bearer);
    expect({ status: refused.status, code: refused.body.code }).toEqual({
      status: 403,
      code: 4003,
    });
    await vendor.send('POST', '/v1/sessions/stop', first.bearer);
    expect((await vendor.send('POST', '/v1/sessions/start', second.bearer)).status).toBe(201);
  });

  it('gives a slot back late when set so', async () => {
    await vendor.control.set({ concurrencyLimit: 1, slotFreedAfterSeconds: 20 });
    const first = await vendor.started();
    await vendor.send('POST', '/v1/sessions/stop', first.bearer);
    const { bearer } = await vendor.mint();
    expect((await vendor.send('POST', '/v1/sessions/start', bearer)).status).toBe(403);
    await vendor.control.advance(20);
    expect((await vendor.send('POST', '/v1/sessions/start', bearer)).status).toBe(201);
  });

  it('answers 403 with another code when the minute to be held cannot be paid', async () => {
    await vendor.control.set({ credits: 1 });
    const { bearer } = await vendor.mint();
    const answer = await vendor.send('POST', '/v1/sessions/start', bearer);
    expect(answer.status).toBe(403);
    expect(answer.body.code).not.toBe(4003);
  });

  it('finds out about an unknown LLM configuration only here, with 400', async () => {
    const { bearer } = await vendor.mint({ llm_configuration_id: UNKNOWN_ID });
    expect((await vendor.send('POST', '/v1/sessions/start', bearer)).status).toBe(400);
    await vendor.control.set({ llmConfigurationIds: [UNKNOWN_ID] });
    expect((await vendor.send('POST', '/v1/sessions/start', bearer)).status).toBe(201);
  });
});

describe('stopping and keeping alive', () => {
  it('stops by API key and id, by token alone, and by token with a body', async () => {
    const ways = [
      { headers: vendor.apiKey, withId: true },
      { headers: {}, withId: false },
      { headers: {}, withId: true },
    ];
    for (const { headers, withId } of ways) {
      const { id, bearer } = await vendor.started();
      const credential = Object.keys(headers).length > 0 ? headers : bearer;
      const body = withId ? { session_id: id, reason: 'USER_DISCONNECTED' } : undefined;
      const answer = await vendor.send('POST', '/v1/sessions/stop', credential, body);
      expect({ status: answer.status, code: answer.body.code }).toEqual({
        status: 200,
        code: 1000,
      });
      const { endReason } = await vendor.control.session(id);
      expect(endReason).toBe(withId ? 'USER_DISCONNECTED' : 'USER_CLOSED');
    }
  });

  it('answers 404 to a second stop, to an unknown session and to one never started', async () => {
    const ended = await vendor.started();
    const minted = await vendor.mint();
    await vendor.send('POST', '/v1/sessions/stop', ended.bearer);
    for (const id of [ended.id, minted.id, UNKNOWN_ID]) {
      const body = { session_id: id };
      const answer = await vendor.send('POST', '/v1/sessions/stop', vendor.apiKey, body);
      expect({ status: answer.status, message: answer.body.message }).toEqual({
        status: 404,
        message: 'Session not found',
      });
    }
  });

  it('needs the id with an API key, a known reason, and a credential', async () => {
    const { id, bearer } = await vendor.started();
    const stop = async (headers: Record<string, string>, body?: unknown) =>
      (await vendor.send('POST', '/v1/sessions/stop', headers, body)).status;
    expect(await stop(vendor.apiKey)).toBe(422);
    expect(await stop(vendor.apiKey, { session_id: 'x' })).toBe(422);
    expect(await stop(bearer, { reason: 'BORED' })).toBe(422);
    expect(await stop({}, { session_id: id })).toBe(401);
    expect((await vendor.control.session(id)).state).toBe('active');
  });

  it('lets a session token end no session but its own', async () => {
    const mine = await vendor.started();
    const other = await vendor.started();
    const body = { session_id: other.id };
    expect((await vendor.send('POST', '/v1/sessions/stop', mine.bearer, body)).status).toBe(404);
    expect((await vendor.control.session(other.id)).state).toBe('active');
  });

  it('answers 400 to a keep-alive after the end', async () => {
    const { id, bearer } = await vendor.started();
    expect((await vendor.send('POST', '/v1/sessions/keep-alive', bearer)).status).toBe(200);
    await vendor.send('POST', '/v1/sessions/stop', bearer);
    const body = { session_id: id };
    const late = await vendor.send('POST', '/v1/sessions/keep-alive', vendor.apiKey, body);
    expect(late.status).toBe(400);
    expect(late.body.message).toContain('no longer active');
  });
});
