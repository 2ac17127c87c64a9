import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '#contracts/description';
import type { Request, Response } from 'express';
import { Admitted } from '../admission/admitted.decorator.js';
import { Public } from '../auth/public.decorator.js';
import { answerFile, FOREVER } from '../files/served-file.js';
import { mayRefuse } from '../openapi/route-problems.js';
import { BoardFiles } from './board-files.service.js';
import { BOARD_PATH } from './board-path.js';
import { BOARD_POLICY } from './board-policy.js';

/**
 * The operator's board: files that hold no data, so that they need no credential. What they show they ask
 * the admin routes for, with the token that whoever looks at them types in.
 */
@ApiExcludeController()
@mayRefuse('not_found', 'board_not_built')
@Public()
@Admitted('first')
@Controller(BOARD_PATH)
export class BoardController {
  constructor(private readonly files: BoardFiles) {}

  @Get()
  async page(@Req() request: Request, @Res() response: Response): Promise<void> {
    const page = this.files.page();
    protect(response);
    await answerFile(request, response, page);
  }

  @Get(':file')
  async asset(
    @Param('file') name: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const file = this.files.asset(name);
    protect(response);
    response.setHeader('Cache-Control', FOREVER);
    await answerFile(request, response, file);
  }
}

/** On every file of it: what is opened by itself is a page, too. `nosniff` is on every answer. */
function protect(response: Response): void {
  response.setHeader('Content-Security-Policy', BOARD_POLICY);
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}
