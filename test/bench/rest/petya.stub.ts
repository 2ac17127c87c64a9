import type { AvatarConfigDto } from '#contracts';
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

/** Petya with one account that every key opens; takes every delivery. */
export function answerAsPetya(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const isDelivery = request.url?.endsWith('/status') ?? false;
    const answer: unknown = isDelivery ? JSON.parse(Buffer.concat(chunks).toString()) : ACCOUNT;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
}
