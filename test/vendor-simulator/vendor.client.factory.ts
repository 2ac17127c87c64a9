import { SimulatorControl } from './simulator.control.js';
import { startVendorSimulator, type SimulatorOptions } from './simulator.server.js';

const AVATAR_ID = '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01';
const CONTEXT_ID = '0b8a6f0e-52b7-4d0c-9c2e-2f5d7a1f9b02';

/** An answer with its body read; `body` is loosely typed because tests look into odd answers. */
export interface ReadAnswer {
  status: number;
  headers: Headers;
  body: VendorAnswer;
}

/** Members any of the vendor's answers may have. */
export interface VendorAnswer {
  code: number;
  message: string;
  data: Record<string, unknown> & {
    results: Record<string, unknown>[];
    transcript_data: unknown[];
  };
  detail: { loc: unknown[]; msg: string; type: string }[];
}

/** A token request that is accepted; members given replace the usual ones. */
export function tokenRequest(members: Record<string, unknown> = {}): Record<string, unknown> {
  return { avatar_id: AVATAR_ID, avatar_persona: { context_id: CONTEXT_ID }, ...members };
}

/** A simulator of its own and a vendor's customer to call it with. */
export async function simulatedVendor(options: SimulatorOptions = {}) {
  const simulator = await startVendorSimulator(options);
  const control = new SimulatorControl(simulator.url);
  const apiKey = { 'x-api-key': simulator.apiKey };

  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<ReadAnswer> {
    const response = await fetch(simulator.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    const read = text === '' ? null : (JSON.parse(text) as unknown);
    return { status: response.status, headers: response.headers, body: read as VendorAnswer };
  }

  async function mint(members: Record<string, unknown> = {}) {
    const { body } = await send('POST', '/v1/sessions/token', apiKey, tokenRequest(members));
    const id = String(body.data['session_id']);
    const token = String(body.data['session_token']);
    return { id, token, bearer: { authorization: `Bearer ${token}` } };
  }

  async function started(members: Record<string, unknown> = {}) {
    const minted = await mint(members);
    const answer = await send('POST', '/v1/sessions/start', minted.bearer);
    if (answer.status !== 201) throw new Error(`start answered ${answer.status}`);
    return { ...minted, answer };
  }

  return { simulator, control, apiKey, send, mint, started, close: () => simulator.close() };
}

/** What `simulatedVendor` resolves to. */
export type SimulatedVendor = Awaited<ReturnType<typeof simulatedVendor>>;
