import type { PipeTransform } from '@nestjs/common';
import { SESSION_ID_PATTERN } from '#contracts';
import { noSession } from '../errors.js';

/** A session id in a path; anything that cannot be one is not there. */
export const sessionIdParam: PipeTransform<string, string> = {
  transform(value) {
    if (!SESSION_ID_PATTERN.test(value)) throw noSession();
    return value;
  },
};
