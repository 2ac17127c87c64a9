import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { StoppedManyDto, StopManyDto } from '#contracts';
import { Admitted } from '#platform';
import { OperatorName } from '#platform';
import { OperatorToken } from '../auth/caller.js';
import { MayRefuse } from '../errors.js';
import { AdminStopsService } from './admin-stops.service.js';

@ApiTags('operator')
@OperatorToken()
@Controller('api/v1/admin/stops')
export class AdminStopsController {
  constructor(private readonly stops: AdminStopsService) {}

  @Post()
  @Admitted('first')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'stopManySessions',
    summary: 'End all live sessions, of an account or of everybody.',
    description:
      'Where as many are live as you have seen, otherwise none is ended. Each ends as by `stopAnySession`, the vendor being asked in the seconds that follow. A session that is opened after they were counted goes on: pause the opening first where none shall. May be repeated.',
  })
  @MayRefuse('count_differs')
  @ApiOkResponse({ type: StoppedManyDto })
  stop(@Body() order: StopManyDto, @OperatorName() name: string | null): Promise<StoppedManyDto> {
    return this.stops.stop(order, name);
  }
}
