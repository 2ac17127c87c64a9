import { Injectable } from '@nestjs/common';
import { SecretBox } from '#platform';
import { AvatarConfig } from '../../config/avatar-config.js';
import type { Media } from '../../vendors/vendor.js';
import type { Session } from '../domain/session.js';

const PURPOSE = {
  app: 'ilianaai-avatar',
  use: 'session credentials',
  unmarkedPlace: () => '',
} as const;

/**
 * Seals and opens the vendor's credentials in a session's record, by
 * `SESSION_TOKEN_SECRET`: its first seals, all open. What is sealed for one record or member opens in no other.
 */
@Injectable()
export class SessionBox {
  private readonly box: SecretBox;

  constructor({ tokenSecrets }: AvatarConfig) {
    this.box = new SecretBox(PURPOSE, tokenSecrets);
  }

  sealToken(sessionId: string, vendorToken: string): string {
    return this.box.seal(vendorToken, place(sessionId, 'vendorToken'));
  }

  /** @returns null where there is none, and where our secrets have changed since it was sealed */
  openToken({ id, vendorToken }: Session): string | null {
    return vendorToken && this.box.open(vendorToken, place(id, 'vendorToken'));
  }

  sealMedia(sessionId: string, media: Media): string {
    return this.box.seal(JSON.stringify(media), place(sessionId, 'media'));
  }

  /** As `openToken`, for what a browser needs to join the session's room. */
  openMedia<M extends Media>({ id, media }: Session): M | null {
    const opened = media && this.box.open(media, place(id, 'media'));
    return opened === null ? null : (JSON.parse(opened) as M);
  }
}

function place(recordId: string, member: 'vendorToken' | 'media') {
  return { recordId, member };
}
