import type { PluginConfigDto } from '#contracts';
import { embedCode } from '#contracts/embed-code';
import type { PublicAddresses } from './connection.js';
import { Failure } from './failure.js';
import { callPetya } from './petya-http.js';

/** An embed code, or why there is none. */
export type Embed =
  { readonly embedCode: string } | { readonly embedCode: null; readonly missing: string };

interface Known {
  readonly api: string;
  readonly gateway: string;
}

/** Embed codes for keys of one Petya. What visitors' browsers use is asked once, with the first key. */
export class Embeds {
  private known: Known | null;
  private readonly api: string;

  /** @param petya the address that the operator uses */
  constructor(
    petya: string,
    private readonly named: PublicAddresses,
  ) {
    const { api, gateway } = named;
    this.api = api ?? petya;
    // Only what nobody has said is asked: visitors' addresses need not be open to the operator.
    this.known = api !== null && gateway !== null ? { api, gateway } : null;
  }

  async for(key: string): Promise<Embed> {
    const found = this.known ?? (await this.ask(key));
    if ('missing' in found) return { embedCode: null, missing: found.missing };
    this.known = found;
    return { embedCode: embedCode({ key, ...found }) };
  }

  /** As the plugin does first: so the code works, or it is said why not. */
  private async ask(key: string): Promise<Known | { readonly missing: string }> {
    const { api } = this;
    try {
      const call = { method: 'GET', path: '/account/config', credential: key } as const;
      const { avatarServiceUrl } = await callPetya<PluginConfigDto>(api, call);
      const gateway = this.named.gateway ?? avatarServiceUrl;
      return gateway === null ? { missing: NO_GATEWAY } : { api, gateway };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { missing: missingFor(error, api) };
    }
  }
}

const NO_GATEWAY =
  "No embed code: Petya has no AVATAR_SERVICE_URL, so name the gateway's address for visitors with --gateway or AVATAR_PUBLIC_URL.";

function missingFor({ problem }: Failure, api: string): string {
  const why =
    problem.status === 404
      ? `${api} answers the operator and no visitors`
      : `${api} says: ${problem.message}`;
  return `No embed code: ${why} Name both addresses for visitors with --api and --gateway.`;
}
