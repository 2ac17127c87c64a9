import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '#contracts/description';
import {
  NewStreamAnswerDto,
  NewStreamDto,
  StreamAnswerDto,
  type StreamEnvelope,
  StreamSessionDto,
  StreamTaskDto,
  StreamTokenDto,
  type StreamTokenEnvelope,
} from '#contracts';
import { Admitted, MESSAGE_DEADLINE_MS } from '#platform';
import { CurrentCaller, type Customer, HeyGenKey, HeyGenTokenOrKey } from '../../auth/caller.js';
import { MayRefuse, VENDOR_PROBLEMS } from '../../errors.js';
import { LimitsTokens } from '../../auth/limits.js';
import { CallerGone } from '../../sessions/caller-gone.js';
import { IDEMPOTENCY_KEY, IdempotencyKey, idempotencyKey } from '../../sessions/idempotency-key.js';
import { OF_SESSIONS } from '../../sessions/session-access.js';
import { ReadsTraceparent, TraceId } from '../../sessions/trace-id.js';
import { ApiStreamEnvelope, streamEnvelope } from './stream-envelope.js';
import { StreamOpenService } from './stream-open.service.js';
import { StreamSessionService } from './stream-session.service.js';
import { StreamTokenService } from './stream-token.service.js';

/** The tag of these routes in the API description. */
export const HEYGEN_TAG = 'streaming (legacy)';

@ApiTags(HEYGEN_TAG)
@MayRefuse(...VENDOR_PROBLEMS, ...OF_SESSIONS, 'heygen_sunset')
@Controller('v1')
export class HeyGenController {
  constructor(
    private readonly tokens: StreamTokenService,
    private readonly opening: StreamOpenService,
    private readonly streams: StreamSessionService,
  ) {}

  @Post('streaming.create_token')
  @HttpCode(200)
  @HeyGenKey()
  @LimitsTokens()
  @MayRefuse('visitor_token_needed')
  @ApiOperation({
    operationId: 'createStreamToken',
    summary: 'A token of ours that stands in for the key, for one session.',
    description:
      'For the SDK of the vendor, which shows it as its own token. Asked for with a secret key, it opens a session in the page that it is handed to.',
    deprecated: true,
  })
  @ApiStreamEnvelope(StreamTokenDto, 'error')
  async createToken(@CurrentCaller() caller: Customer): Promise<StreamTokenEnvelope> {
    return { error: null, data: { token: await this.tokens.create(caller) } };
  }

  @Post('streaming.new')
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @LimitsTokens()
  @ApiOperation({
    operationId: 'openStream',
    summary: 'Open a session: from here on it runs at the vendor.',
    description:
      "Its media room is open from here on. Avatar, voice, knowledge and language are the account's; members that the SDK sends of its own are taken and dropped.",
    deprecated: true,
  })
  @IdempotencyKey()
  @ReadsTraceparent()
  @MayRefuse(
    'avatar_disabled',
    'visitor_token_needed',
    'not_found',
    'idempotency_running',
    'idempotency_mismatch',
    'visitor_has_session',
    'session_ended',
    'account_full',
    'opening_paused',
    'minutes_used_up',
    'avatar_rejected',
  )
  @ApiStreamEnvelope(NewStreamAnswerDto)
  async open(
    @CurrentCaller() caller: Customer,
    @Body() body: NewStreamDto,
    @CallerGone() gone: AbortSignal,
    @TraceId() traceId: string,
    @Headers(IDEMPOTENCY_KEY) key?: string,
  ): Promise<StreamEnvelope<NewStreamAnswerDto>> {
    const more = { idempotencyKey: idempotencyKey(key), traceId, gone };
    return streamEnvelope(await this.opening.open(caller, body, more));
  }

  @Post('streaming.start')
  @Admitted('second')
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @MayRefuse('start_unresolved', 'minutes_used_up')
  @ApiOperation({
    operationId: 'startStream',
    summary: 'Let the avatar appear.',
    description: 'A second call answers the same.',
    deprecated: true,
  })
  @ApiStreamEnvelope(StreamAnswerDto)
  async start(
    @CurrentCaller() caller: Customer,
    @Body() body: StreamSessionDto,
    @CallerGone() gone: AbortSignal,
  ): Promise<StreamEnvelope<StreamAnswerDto>> {
    return streamEnvelope(await this.streams.start(caller, body.session_id, gone));
  }

  @Post('streaming.task')
  @Admitted('second', MESSAGE_DEADLINE_MS)
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @ApiOperation({
    operationId: 'sendStreamTask',
    summary: 'Talk with the avatar, or let it repeat a text.',
    description:
      'A `talk` is a turn of the visitor, a `repeat` one of the avatar. Answered once the vendor has taken it and the turn is stored durably.',
    deprecated: true,
  })
  @ApiStreamEnvelope(StreamAnswerDto)
  async task(
    @CurrentCaller() caller: Customer,
    @Body() body: StreamTaskDto,
  ): Promise<StreamEnvelope<StreamAnswerDto>> {
    return streamEnvelope(await this.streams.task(caller, body));
  }

  @Post('streaming.stop')
  @Admitted('first')
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @ApiOperation({
    operationId: 'stopStream',
    summary: 'End it; any number of times.',
    description: 'Answered once the wish is stored; the transcript is delivered afterwards.',
    deprecated: true,
  })
  @ApiStreamEnvelope(StreamAnswerDto)
  async stop(
    @CurrentCaller() caller: Customer,
    @Body() body: StreamSessionDto,
  ): Promise<StreamEnvelope<StreamAnswerDto>> {
    return streamEnvelope(await this.streams.stop(caller, body.session_id));
  }

  @Post('streaming.interrupt')
  @Admitted('second', MESSAGE_DEADLINE_MS)
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @ApiOperation({
    operationId: 'interruptStream',
    summary: 'Let the avatar stop speaking.',
    description: 'Passed on to the vendor.',
    deprecated: true,
  })
  @ApiStreamEnvelope(StreamAnswerDto)
  async interrupt(
    @CurrentCaller() caller: Customer,
    @Body() body: StreamSessionDto,
  ): Promise<StreamEnvelope<StreamAnswerDto>> {
    return streamEnvelope(await this.streams.command(caller, 'interrupt', body.session_id));
  }

  @Post('streaming.keep_alive')
  @Admitted('first')
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @ApiOperation({
    operationId: 'keepStreamAlive',
    summary: 'Say that the visitor is there.',
    description: 'Passed on to the vendor.',
    deprecated: true,
  })
  @ApiStreamEnvelope(StreamAnswerDto)
  async keepAlive(
    @CurrentCaller() caller: Customer,
    @Body() body: StreamSessionDto,
  ): Promise<StreamEnvelope<StreamAnswerDto>> {
    return streamEnvelope(await this.streams.command(caller, 'keep_alive', body.session_id));
  }

  @Post('streaming.start_listening')
  @Admitted('second')
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @ApiOperation({
    operationId: 'startStreamListening',
    summary: 'Let the avatar listen.',
    description: 'Passed on to the vendor.',
    deprecated: true,
  })
  @ApiStreamEnvelope(StreamAnswerDto)
  async startListening(
    @CurrentCaller() caller: Customer,
    @Body() body: StreamSessionDto,
  ): Promise<StreamEnvelope<StreamAnswerDto>> {
    return streamEnvelope(await this.streams.command(caller, 'start_listening', body.session_id));
  }

  @Post('streaming.stop_listening')
  @Admitted('second')
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @ApiOperation({
    operationId: 'stopStreamListening',
    summary: 'Let the avatar listen no more.',
    description: 'Passed on to the vendor.',
    deprecated: true,
  })
  @ApiStreamEnvelope(StreamAnswerDto)
  async stopListening(
    @CurrentCaller() caller: Customer,
    @Body() body: StreamSessionDto,
  ): Promise<StreamEnvelope<StreamAnswerDto>> {
    return streamEnvelope(await this.streams.command(caller, 'stop_listening', body.session_id));
  }
}
