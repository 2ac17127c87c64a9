import { AvatarError } from '../../apps/ilianaai-avatar/src/errors.js';
import type {
  CreatedSession,
  Media,
  Room,
  StartedSession,
  TranscriptPage,
  Vendor,
  VendorName,
  VendorRecord,
} from '../../apps/ilianaai-avatar/src/vendors/vendor.js';

/** What goes wrong with a call. */
export type VendorTrouble =
  | 'none'
  /** It is refused, and changes nothing. */
  | 'busy'
  /** The vendor has no room for one more just now. */
  | 'full'
  /** It never arrives. */
  | 'unreached'
  /** It is done, and the answer does not arrive. */
  | 'lost'
  /** It is done after its caller has given it up. */
  | 'late';

/** A session as the vendor has it. */
export interface VendorSession {
  state: 'named' | 'open' | 'live' | 'ended';
  starts: number;
  isForgotten: boolean;
}

/** What the vendor's calls have in common, whoever makes them. */
export interface VendorPlan {
  readonly name: VendorName;
  /** What goes wrong with the next call that changes something or looks. */
  readonly nextTrouble: () => VendorTrouble;
  /** How long a call that nobody waits for is under way. */
  readonly comeLate: () => Promise<void>;
}

/**
 * A vendor in memory with the awkwardness of a real one. One opens its session at the start, the
 * other when it is created; what is open or live costs money.
 */
export class MemoryVendor implements Vendor {
  readonly name: VendorName;
  readonly isEnabled = true;
  readonly isReachable = true;
  readonly hasCredits = true;
  readonly books = null;
  readonly opensAtOnce: boolean;
  readonly sessions = new Map<string, VendorSession>();
  /** Sessions that it was asked to stop, how often. */
  readonly stops = new Map<string, number>();
  /** Sessions whose start has come, or will come, after its caller had given it up. */
  readonly lateStarts = new Set<string>();

  /** @param pause before a call takes effect, and before its answer */
  constructor(
    private readonly pause: () => Promise<void>,
    private readonly plan: VendorPlan,
  ) {
    this.name = plan.name;
    this.opensAtOnce = plan.name === 'heygen';
  }

  isPaid(id: string | null): boolean {
    const state = this.sessions.get(id ?? '')?.state;
    return state === 'open' || state === 'live';
  }

  /** What runs and costs money. */
  listPaid(): string[] {
    return [...this.sessions.keys()].filter((id) => this.isPaid(id));
  }

  /** It ends a session by itself. */
  end(id: string): void {
    const session = this.sessions.get(id);
    if (session && this.isPaid(id)) session.state = 'ended';
  }

  roomOf(media: Media): Room {
    return { livekit_url: 'wss://room', livekit_client_token: JSON.stringify(media) };
  }

  create(): Promise<CreatedSession> {
    return this.call(() => {
      const vendorSessionId = `vendor-${this.sessions.size + 1}`;
      const state = this.opensAtOnce ? 'open' : 'named';
      this.sessions.set(vendorSessionId, { state, starts: 0, isForgotten: false });
      const opened = this.opensAtOnce
        ? { media: { room: vendorSessionId }, maxSessionSeconds: null }
        : null;
      return { vendorSessionId, vendorToken: 'secret', opened };
    });
  }

  async start({
    vendorSessionId: id,
  }: {
    readonly vendorSessionId: string;
  }): Promise<StartedSession> {
    const effect = () => {
      const session = this.sessions.get(id);
      if (session?.state !== (this.opensAtOnce ? 'open' : 'named')) {
        throw new AvatarError('vendor_refused');
      }
      session.state = 'live';
      session.starts += 1;
      return { media: this.opensAtOnce ? null : { room: id }, maxSessionSeconds: null };
    };
    return this.call(effect, () => this.lateStarts.add(id));
  }

  stop(id: string): Promise<void> {
    this.stops.set(id, (this.stops.get(id) ?? 0) + 1);
    return this.call(() => this.end(id));
  }

  keepAlive(id: string): Promise<boolean> {
    return this.call(() => this.isPaid(id));
  }

  inspect(id: string): Promise<VendorRecord> {
    return this.call(() => {
      if (this.isPaid(id)) return { state: 'live' };
      const hasRun = this.sessions.get(id)?.state === 'ended' && !this.opensAtOnce;
      return hasRun
        ? { state: 'ended', endReason: 'vendor_ended', endedAt: null, billed: null }
        : { state: 'unknown' };
    });
  }

  async readTranscript(id: string): Promise<TranscriptPage> {
    await this.pause();
    return { isLive: this.isPaid(id), lines: [], next: null };
  }

  async forget(id: string): Promise<void> {
    await this.call(() => {
      const session = this.sessions.get(id);
      if (session) session.isForgotten = true;
    });
  }

  async listLive(): Promise<string[]> {
    await this.pause();
    return this.listPaid();
  }

  private async call<T>(effect: () => T, isLate?: () => unknown): Promise<T> {
    const trouble = this.plan.nextTrouble();
    await this.pause();
    if (trouble === 'late') {
      isLate?.();
      void this.plan
        .comeLate()
        .then(effect)
        .catch(() => undefined);
      throw new AvatarError('vendor_timeout');
    }
    if (trouble === 'none' || trouble === 'lost') {
      const answer = effect();
      await this.pause();
      if (trouble === 'lost') throw new AvatarError('vendor_timeout');
      return answer;
    }
    throw new AvatarError(REFUSALS[trouble]);
  }
}

const REFUSALS = {
  busy: 'vendor_busy',
  full: 'vendor_full',
  unreached: 'vendor_unreachable',
} as const;
