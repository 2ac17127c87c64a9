import { Injectable } from '@nestjs/common';
import type { StreamAnswerDto, StreamTaskDto } from '#contracts';
import type { Customer } from '../../auth/caller.js';
import { AvatarError, noSession } from '../../errors.js';
import { nameOf, shareOf } from '../../sessions/owed-wishes.js';
import { SessionAccess } from '../../sessions/session-access.js';
import { isOpen } from '../../sessions/domain/session-states.js';
import type { Session } from '../../sessions/domain/session.js';
import { callerOf } from '../../sessions/stopped-by.js';
import { StartService } from '../../sessions/start.service.js';
import { StopService } from '../../sessions/stop.service.js';
import { HeyGenClient, type HeyGenCommand } from '../vendor/heygen.client.js';
import { isGone, isWrongState } from '../vendor/heygen.refusal.js';
import type { JsonObject } from '../../vendors/vendor-answers.js';
import { LiveWords } from '../../turns/live-words.service.js';

const SUCCESS: StreamAnswerDto = { status: 'success' };

/** What a plugin does with a session of the legacy vendor after opening it. */
@Injectable()
export class StreamSessionService {
  constructor(
    private readonly heyGen: HeyGenClient,
    private readonly access: SessionAccess,
    private readonly starts: StartService,
    private readonly stops: StopService,
    private readonly words: LiveWords,
  ) {}

  /** @throws AvatarError as `StartService.run` */
  async start(caller: Customer, sessionId: string, gone: AbortSignal): Promise<StreamAnswerDto> {
    const session = await this.getOpen(caller, sessionId);
    // Its media were given out when it was opened.
    await this.starts.run(session, session.grant, gone);
    return SUCCESS;
  }

  /** Any number of times; the vendor is asked once. */
  async stop(caller: Customer, sessionId: string): Promise<StreamAnswerDto> {
    const find = async () => ofHeyGen(await this.access.getToChange(caller, sessionId, 'unproved'));
    const wanted = { what: `${sessionId} by ${nameOf(caller)}`, share: shareOf(caller) };
    await this.stops.stopFound(wanted, find, {
      reason: 'visitor_ended',
      by: callerOf(caller),
    });
    return SUCCESS;
  }

  /**
   * What is talked about is the visitor's turn, what is repeated the avatar's. Answered once the
   * vendor has taken it and the turn is stored durably.
   */
  async task(caller: Customer, { session_id, ...task }: StreamTaskDto): Promise<StreamAnswerDto> {
    const session = await this.getOpen(caller, session_id);
    await this.words.refuseFull(session, task.text);
    const task_type = task.task_type === 'repeat' ? 'repeat' : 'talk';
    // The avatar's answer may be heard on the socket before this call is answered.
    const atMs = this.words.nowMs();
    const answer = await this.passOn(session, 'task', { session_id, ...task, task_type });
    const taskId = answer?.['task_id'];
    await this.words.hear(session, {
      source: 'task',
      role: task_type === 'repeat' ? 'avatar' : 'user',
      text: task.text,
      taskId: typeof taskId === 'string' ? taskId : null,
      atMs,
    });
    return answer ?? SUCCESS;
  }

  /** Passes a call on as it is. */
  async command(
    caller: Customer,
    name: Exclude<HeyGenCommand, 'task'>,
    sessionId: string,
  ): Promise<StreamAnswerDto> {
    const session = await this.getOpen(caller, sessionId);
    return (await this.passOn(session, name, { session_id: sessionId })) ?? SUCCESS;
  }

  private async passOn(session: Session, name: HeyGenCommand, body: JsonObject) {
    try {
      return await this.heyGen.command(name, body);
    } catch (error) {
      const isOver = isGone(error) || (isWrongState(error) && session.state === 'active');
      // The vendor has ended a session that runs for us.
      if (isOver) await this.stops.stop(session, { reason: 'vendor_ended', by: 'vendor' });
      if (isOver && !isSunset(error)) throw new AvatarError('session_ended', { cause: error });
      throw error;
    }
  }

  /** A call about a session that is open says that its visitor is there. */
  private async getOpen(caller: Customer, sessionId: string): Promise<Session> {
    const session = ofHeyGen(await this.access.get(caller, sessionId, 'unproved'));
    if (!isOpen(session.state) || session.stop) throw new AvatarError('session_ended');
    return this.access.touch(session);
  }
}

/** @throws AvatarError `not_found` */
function ofHeyGen(session: Session): Session {
  if (session.vendor !== 'heygen') throw noSession();
  return session;
}

function isSunset(error: unknown): boolean {
  return error instanceof AvatarError && error.code === 'heygen_sunset';
}
