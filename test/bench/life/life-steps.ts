/** What is said in one life, by both sides in turn. */
export const LINES: readonly { readonly role: 'user' | 'avatar'; readonly text: string }[] =
  Array.from({ length: 10 }, (_unused, index) =>
    index % 2 === 0
      ? { role: 'user', text: `What does the ash chair cost, and do you deliver it? (${index})` }
      : { role: 'avatar', text: `It costs 240 euros, and delivery is free of charge. (${index})` },
  );

export const KEEP_ALIVES = 8;

/** Routes of a life, in the order in which their figures are told. */
export const STEPS = ['token', 'start', 'message', 'keep-alive', 'history', 'stop'] as const;
export type Step = (typeof STEPS)[number];

/** What a life has learnt so far. */
export interface LifeState {
  readonly key: string;
  sessionId: string;
  token: string;
}

export interface LifeCall {
  readonly step: Step;
  readonly status: number;
  request(state: LifeState): Buffer;
}

/** The calls of the plugin from the token to the end, messages and signs of life mixed. */
export const LIFE: readonly LifeCall[] = [
  call(
    'token',
    'POST',
    () => '/v1/sessions/token',
    () => ({}),
  ),
  call(
    'start',
    'POST',
    () => '/v1/sessions/start',
    () => undefined,
    201,
  ),
  ...LINES.flatMap((line, index) => [
    call(
      'message',
      'POST',
      () => '/v1/streaming.avatar_message',
      (state) => ({
        session_id: state.sessionId,
        ...line,
      }),
    ),
    ...(index < KEEP_ALIVES
      ? [
          call(
            'keep-alive',
            'POST',
            () => '/v1/sessions/keep-alive',
            () => ({}),
          ),
        ]
      : []),
  ]),
  call(
    'history',
    'GET',
    ({ sessionId }) => `/v1/sessions/${sessionId}/transcript`,
    () => undefined,
  ),
  call(
    'stop',
    'POST',
    () => '/v1/sessions/stop',
    () => ({}),
  ),
];

function call(
  step: Step,
  method: 'GET' | 'POST',
  path: (state: LifeState) => string,
  body: (state: LifeState) => object | undefined,
  status = 200,
): LifeCall {
  return {
    step,
    status,
    request: (state) => {
      const content = body(state);
      const json = content === undefined ? '' : JSON.stringify(content);
      const credential =
        step === 'token' ? `X-Api-Key: ${state.key}` : `Authorization: Bearer ${state.token}`;
      const type = json === '' ? '' : 'Content-Type: application/json\r\n';
      return Buffer.from(
        `${method} ${path(state)} HTTP/1.1\r\nHost: bench.test\r\n${credential}\r\n` +
          `Accept: application/json\r\n${type}Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
      );
    },
  };
}
