import type { OpeningService } from '../../apps/ilianaai-avatar/src/opening/opening.service.js';

/** What sessions are opened by. @param pausedFor for how many seconds nobody may; null where one may */
export function anOpening(pausedFor: number | null = null): OpeningService {
  const opening = { ready: () => null, pausedFor: () => pausedFor };
  return opening as unknown as OpeningService;
}
