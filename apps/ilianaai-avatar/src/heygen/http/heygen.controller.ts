import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '#contracts/description';
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
import { LimitsTokens } from '../../auth/limits.js';
import { CallerGone } from '../../sessions/caller-gone.js';
import { IDEMPOTENCY_KEY_PATTERN, idempotencyKey } from '../../sessions/idempotency-key.js';
import { ApiStreamEnvelope, streamEnvelope } from './stream-envelope.js';
import { StreamOpenService } from './stream-open.service.js';
import { StreamSessionService } from './stream-session.service.js';
import { StreamTokenService } from './stream-token.service.js';

@ApiTags('streaming (legacy)')
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
  @ApiOperation({ summary: 'A token of ours that stands in for the key, for one session.' })
  @ApiStreamEnvelope(StreamTokenDto, 'error')
  async createToken(@CurrentCaller() caller: Customer): Promise<StreamTokenEnvelope> {
    return { error: null, data: { token: await this.tokens.create(caller) } };
  }

  @Post('streaming.new')
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @LimitsTokens()
  @ApiOperation({ summary: 'Open a session: from here on it runs at the vendor.' })
  @ApiHeader({
    name: 'idempotency-key',
    required: false,
    schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
  })
  @ApiStreamEnvelope(NewStreamAnswerDto)
  async open(
    @CurrentCaller() caller: Customer,
    @Body() body: NewStreamDto,
    @CallerGone() gone: AbortSignal,
    @Headers('idempotency-key') key?: string,
  ): Promise<StreamEnvelope<NewStreamAnswerDto>> {
    return streamEnvelope(await this.opening.open(caller, body, idempotencyKey(key), gone));
  }

  @Post('streaming.start')
  @Admitted('second')
  @HttpCode(200)
  @HeyGenTokenOrKey()
  @ApiOperation({ summary: 'Let the avatar appear.' })
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
  @ApiOperation({ summary: 'Talk with the avatar, or let it repeat a text.' })
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
  @ApiOperation({ summary: 'End it; any number of times.' })
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
  @ApiOperation({ summary: 'Let the avatar stop speaking.' })
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
  @ApiOperation({ summary: 'Say that the visitor is there.' })
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
  @ApiOperation({ summary: 'Passed on.' })
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
  @ApiOperation({ summary: 'Passed on.' })
  @ApiStreamEnvelope(StreamAnswerDto)
  async stopListening(
    @CurrentCaller() caller: Customer,
    @Body() body: StreamSessionDto,
  ): Promise<StreamEnvelope<StreamAnswerDto>> {
    return streamEnvelope(await this.streams.command(caller, 'stop_listening', body.session_id));
  }
}
