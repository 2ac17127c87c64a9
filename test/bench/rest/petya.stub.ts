import type { AvatarConfigDto, StatusUpdateDto } from '#contracts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { noonZone } from '../../support/noon-zone.js';

const ACCOUNT: AvatarConfigDto = {
  accountId: 'bench',
  avatarId: 'Katya_Chair_Sitting_public',
  intro: 'Hello.',
  knowledgeBaseId: null,
  voiceId: null,
  language: 'en',
  allowedOrigins: [],
  limits: { maxConcurrentSessions: 10_000, maxSessionSeconds: 86_400, maxTranscriptTurns: 5000 },
};

/** Accounts of keys that begin so may use so many seconds, which they never come near to. */
export const CAPPED_KEYS = 'SE_capped_';
const CAPS = {
  maxSecondsPerDay: 500_000_000,
  maxSecondsPerMonth: 900_000_000,
  timeZone: noonZone(new Date()),
};

let ended = 0;

/** How many ended sessions it was told of. */
export function countDeliveries(): number {
  return ended;
}

/** Petya with one account for all keys `SE_bench_…` and one for each other key, some of them with capped minutes; takes every delivery. */
export function answerAsPetya(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const isDelivery = request.url?.endsWith('/status') ?? false;
    const answer = isDelivery ? take(chunks) : accountOf(String(request.headers['x-api-key']));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
}

function take(chunks: readonly Buffer[]): unknown {
  const update = JSON.parse(Buffer.concat(chunks).toString()) as StatusUpdateDto;
  if (update.status === 'completed') ended += 1;
  return update;
}

function accountOf(key: string): AvatarConfigDto {
  if (key.startsWith('SE_bench_')) return ACCOUNT;
  const limits = key.startsWith(CAPPED_KEYS) ? { ...ACCOUNT.limits, ...CAPS } : ACCOUNT.limits;
  return { ...ACCOUNT, accountId: key.slice(3), limits };
}
