import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { PLUGIN_VERSION } from '#contracts';
import { ApiExcludeController } from '#contracts/description';
import { Admitted, answerFile, FOREVER, Public } from '#platform';
import type { Request, Response } from 'express';
import { MayRefuse } from '../errors.js';
import { PluginFiles } from './plugin-files.service.js';
import { PLUGIN_PATH } from './plugin-path.js';

/** A new release reaches every page within five minutes. */
const FRESH = 'public, max-age=300';

/**
 * The chat plugin, for the pages of any site: no credential, and the same answer for every origin, so
 * that caches share it. These are files and no calls, so `/openapi.json` does not name them.
 */
@ApiExcludeController()
@MayRefuse('not_found', 'plugin_not_built')
@Public()
@Admitted('first')
@Controller(`${PLUGIN_PATH}${PLUGIN_VERSION}`)
export class PluginController {
  constructor(private readonly files: PluginFiles) {}

  @Get(':file')
  async file(
    @Param('file') name: string,
    // Many a page's software puts `?ver=…` behind the names of scripts.
    @Query() _ignored: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const file = this.files.find(name);
    for (const header of ['Access-Control-Allow-Credentials', 'Access-Control-Expose-Headers']) {
      response.removeHeader(header);
    }
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    response.setHeader('Cache-Control', file.immutable ? `public, ${FOREVER}` : FRESH);
    await answerFile(request, response, file);
  }
}
