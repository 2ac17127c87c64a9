import { Injectable } from '@nestjs/common';
import type { StoppedManyDto, StopManyDto } from '#contracts';
import { AvatarError } from '../errors.js';
import { operatorsWish } from '../sessions/stopped-by.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import { StopService } from '../sessions/stop.service.js';

/** Ends many sessions at once, for an operator who has seen how many there are. */
@Injectable()
export class AdminStopsService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly stops: StopService,
  ) {}

  /**
   * Ends those that are counted here, and no others.
   * @param name whose wish it is
   * @throws AvatarError `invalid_input` where it is not said whose sessions, or said twice,
   * `count_differs` with how many are live
   */
  async stop(
    { accountId, all, expected }: StopManyDto,
    name: string | null,
  ): Promise<StoppedManyDto> {
    if ((accountId === undefined) === (all === undefined)) {
      const message = 'must stand here, or all, and not both';
      throw new AvatarError('invalid_input', { errors: [{ pointer: '/accountId', message }] });
    }
    const live = await this.sessions.listLiveKeys(accountId ?? null);
    if (live.length !== expected) {
      throw new AvatarError('count_differs', { params: { live: String(live.length) } });
    }
    const stopped = await this.stops.stopEach(live, operatorsWish(name));
    return { stopped, failed: live.length - stopped };
  }
}
