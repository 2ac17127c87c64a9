import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { OpeningDto, SetOpeningDto } from '#contracts';
import { Admitted } from '#platform';
import { OperatorName } from '#platform';
import { OperatorToken } from '../auth/caller.js';
import { OpeningService } from '../opening/opening.service.js';

@ApiTags('operator')
@OperatorToken()
@Controller('api/v1/admin/opening')
export class AdminOpeningController {
  constructor(private readonly opening: OpeningService) {}

  @Get()
  @ApiOperation({
    operationId: 'getOpening',
    summary: 'Whether sessions may be opened.',
    description: 'What was said last, by whom and when.',
  })
  @ApiOkResponse({ type: OpeningDto })
  get(): Promise<OpeningDto> {
    return this.opening.tell();
  }

  @Put()
  @Admitted('first')
  @ApiOperation({
    operationId: 'setOpening',
    summary: 'Pause the opening of sessions, or allow it again.',
    description:
      'Of all accounts, at both vendors, on every replica within five seconds. Visitors are refused with `opening_paused` and go on in writing. What is open goes on, is given again to whoever it belongs to, and may still be started. The last word counts.',
  })
  @ApiOkResponse({ type: OpeningDto })
  set(@Body() wanted: SetOpeningDto, @OperatorName() name: string | null): Promise<OpeningDto> {
    return this.opening.set(wanted, name);
  }
}
