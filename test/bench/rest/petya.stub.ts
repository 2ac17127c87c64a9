import type { AvatarConfigDto, StatusUpdateDto } from '#contracts';
import type { IncomingMessage, ServerResponse } from 'node:http';

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

let ended = 0;

/** How many ended sessions it was told of. */
export function countDeliveries(): number {
  return ended;
}

/** Petya with one account for all keys `SE_bench_…` and one for each other key; takes every delivery. */
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
  return key.startsWith('SE_bench_') ? ACCOUNT : { ...ACCOUNT, accountId: key.slice(3) };
}
