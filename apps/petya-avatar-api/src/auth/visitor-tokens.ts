import { Injectable } from '@nestjs/common';
import { PetyaConfig } from '../config/petya-config.js';
import {
  isDue,
  signVisitorToken,
  type VerifiedVisitor,
  verifyVisitorToken,
  type VisitorClaims,
  visitorTokenKey,
} from './visitor-token.js';

/** Signs and verifies visitor tokens with what the configuration gives. */
@Injectable()
export class VisitorTokens {
  private readonly keys: readonly Uint8Array[];

  constructor(private readonly config: PetyaConfig) {
    this.keys = config.apiKeyPeppers.map(visitorTokenKey);
  }

  sign(claims: VisitorClaims): Promise<string> {
    const [key] = this.keys;
    if (!key) throw new Error('visitor tokens need a pepper');
    return signVisitorToken(claims, key, new Date(), this.config.visitorTokenDays);
  }

  verify(token: string): Promise<VerifiedVisitor | null> {
    return verifyVisitorToken(token, this.keys, new Date());
  }

  /** The token that follows one of which a third of its life is over; null before that. */
  async renew(verified: VerifiedVisitor): Promise<string | null> {
    return isDue(verified, new Date()) ? this.sign(verified) : null;
  }
}
