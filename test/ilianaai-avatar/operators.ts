import type { AdminSessionDto } from '#contracts';
import type { RunningAvatar } from '../support/avatar-app.js';
import type { Answer } from '../support/json-client.js';

/** Two operators of the gateway with names, and one without. */
export const TOKENS = {
  anna: 'token-of-anna-in-this-run',
  ben: 'token-of-ben-in-this-run',
  nobody: 'token-without-a-name-in-this-run',
} as const;

export type OperatorName = keyof typeof TOKENS;

export const ADMIN_TOKEN = `anna:${TOKENS.anna},ben:${TOKENS.ben},${TOKENS.nobody}`;

/** A call of an operator's route. @param path behind `/api/v1/admin/` */
export function asOperator<T>(
  avatar: RunningAvatar,
  who: OperatorName,
  method: string,
  path: string,
  json?: unknown,
): Promise<Answer<T>> {
  const headers = { authorization: `Bearer ${TOKENS[who]}` };
  return avatar.call<T>(method, `/api/v1/admin/${path}`, { headers, json });
}

/** Our own id of a session that its visitor knows by the vendor's. */
export async function ownIdOf(
  { connection }: RunningAvatar,
  vendorSessionId: string,
): Promise<string> {
  const sessions = connection.collection<{ _id: string }>('sessions');
  const record = await sessions.findOne({ vendorSessionId });
  if (!record) throw new Error('there is no record of this session');
  return record._id;
}

/** Does something to a session as the board does: by its own id. */
export async function order(
  avatar: RunningAvatar,
  who: OperatorName,
  { sessionId }: { readonly sessionId: string },
  what: 'stop' | 'release' | 'redeliver',
): Promise<Answer<AdminSessionDto>> {
  const id = await ownIdOf(avatar, sessionId);
  return asOperator<AdminSessionDto>(avatar, who, 'POST', `sessions/${id}/${what}`);
}
