import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiTags } from '#contracts/description';
import {
  type Envelope,
  KeepAliveDto,
  SessionAckDto,
  SessionViewDto,
  TranscriptViewDto,
} from '#contracts';
import { Admitted } from '#platform';
import {
  type Caller,
  CurrentCaller,
  SessionTokenInBody,
  SessionTokenOrKey,
} from '../auth/caller.js';
import { MayRefuse, VENDOR_PROBLEMS } from '../errors.js';
import { Departures } from './departures.js';
import { ApiEnvelope, envelope } from './envelope.js';
import { nameOf } from './owed-wishes.js';
import { OF_SESSIONS, SessionAccess } from './session-access.js';
import { sessionIdParam } from './session-id.pipe.js';
import { SessionsService } from './sessions.service.js';

const SESSION_ID_PARAM = {
  name: 'session_id',
  description: "The session, by the vendor's id, as the token answer names it.",
};

/** What a visitor does with a session in between: is there, goes, looks at it. */
@ApiTags('sessions')
@Controller('v1/sessions')
export class VisitsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly departures: Departures,
    private readonly access: SessionAccess,
  ) {}

  @Post('keep-alive')
  @Admitted('first')
  @HttpCode(200)
  @SessionTokenOrKey()
  @ApiOperation({
    operationId: 'keepSessionAlive',
    summary: 'Say that the visitor is there, and when it says so again.',
    description:
      'Cancels a leaving. With `next_within_s` two missed heartbeats mean that the visitor has left; without, the session lasts as long as the vendor lets it.',
  })
  @MayRefuse(...OF_SESSIONS, ...VENDOR_PROBLEMS)
  @ApiBody({ type: KeepAliveDto, required: false })
  @ApiEnvelope(SessionAckDto)
  async keepAlive(
    @CurrentCaller() caller: Caller,
    @Body() body: KeepAliveDto,
  ): Promise<Envelope<SessionAckDto>> {
    const find = () => this.access.getToChange(caller, body.session_id);
    return envelope(await this.sessions.keepAlive(find, body));
  }

  @Post('leave')
  @Admitted('first')
  @HttpCode(202)
  @SessionTokenInBody()
  @ApiOperation({
    operationId: 'leaveSession',
    summary: 'For navigator.sendBeacon: the body is the session token.',
    description:
      'Says that the visitor goes. Any call with the session token within the grace says that it is back; otherwise the session ends. The token is the body, as `text/plain`, because a beacon has no headers.',
  })
  @MayRefuse('not_found', 'session_started_elsewhere', 'session_ended')
  @ApiConsumes('text/plain')
  @ApiBody({
    description: 'The session token and nothing else.',
    schema: { type: 'string' },
    required: true,
  })
  @ApiEnvelope(SessionAckDto, 202)
  async leave(@CurrentCaller() caller: Caller): Promise<Envelope<SessionAckDto>> {
    const find = () => this.access.getToChange(caller, undefined);
    const { vendorSessionId } = await this.departures.leave(nameOf(caller), find);
    return envelope({ session_id: vendorSessionId });
  }

  @Get(':session_id')
  @SessionTokenOrKey()
  @ApiOperation({
    operationId: 'getSession',
    summary: 'Our own record of the session.',
    description:
      'Where it stands, why it ended, and what has become of its transcript. With its token, or with a secret key.',
  })
  @ApiParam(SESSION_ID_PARAM)
  @MayRefuse(...OF_SESSIONS)
  @ApiEnvelope(SessionViewDto)
  async view(
    @CurrentCaller() caller: Caller,
    @Param('session_id', sessionIdParam) id: string,
  ): Promise<Envelope<SessionViewDto>> {
    return envelope(await this.sessions.view(await this.access.getAndTouch(caller, id)));
  }

  @Get(':session_id/transcript')
  @SessionTokenOrKey()
  @ApiOperation({
    operationId: 'getSessionTranscript',
    summary: 'What was said so far, from all sources.',
    description:
      'Each line once, in order. While the session runs, lines may still be added and corrected. With its token, or with a secret key.',
  })
  @ApiParam(SESSION_ID_PARAM)
  @MayRefuse(...OF_SESSIONS)
  @ApiEnvelope(TranscriptViewDto)
  async transcript(
    @CurrentCaller() caller: Caller,
    @Param('session_id', sessionIdParam) id: string,
  ): Promise<Envelope<TranscriptViewDto>> {
    return envelope(await this.sessions.transcript(await this.access.getAndTouch(caller, id)));
  }
}
