import type { ConversationNaming, SameVisitorPolicy, StartedSessionDto } from '#contracts';
import { Gate, Telemetry } from '#platform';
import type { Standing } from '../../apps/ilianaai-avatar/src/accounts/judge-access.js';
import type { VisitorAccess } from '../../apps/ilianaai-avatar/src/accounts/visitor-access.service.js';
import type { Customer } from '../../apps/ilianaai-avatar/src/auth/caller.js';
import {
  type SessionClaims,
  verifySessionToken,
} from '../../apps/ilianaai-avatar/src/auth/session-token.js';
import { AvatarError } from '../../apps/ilianaai-avatar/src/errors.js';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { end } from '../../apps/ilianaai-avatar/src/sessions/domain/session-moves.js';
import { OpeningRecord } from '../../apps/ilianaai-avatar/src/sessions/opening-record.js';
import { StartClaims } from '../../apps/ilianaai-avatar/src/sessions/start-claims.js';
import { StartRecord } from '../../apps/ilianaai-avatar/src/sessions/start-record.js';
import { SessionBox } from '../../apps/ilianaai-avatar/src/sessions/store/session-box.js';
import { Tokens } from '../../apps/ilianaai-avatar/src/auth/tokens.service.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { Departures } from '../../apps/ilianaai-avatar/src/sessions/departures.js';
import { OwedWishes } from '../../apps/ilianaai-avatar/src/sessions/owed-wishes.js';
import { SessionOpener } from '../../apps/ilianaai-avatar/src/sessions/session-opener.js';
import { VendorRoom } from '../../apps/ilianaai-avatar/src/sessions/vendor-room.js';
import { AccountRoom } from '../../apps/ilianaai-avatar/src/sessions/account-room.js';
import { MinutesService } from '../../apps/ilianaai-avatar/src/budgets/minutes.service.js';
import { SlotService } from '../../apps/ilianaai-avatar/src/sessions/slot.service.js';
import { StartService } from '../../apps/ilianaai-avatar/src/sessions/start.service.js';
import { StopService } from '../../apps/ilianaai-avatar/src/sessions/stop.service.js';
import { TokenService } from '../../apps/ilianaai-avatar/src/sessions/token.service.js';
import type { VendorStart } from '../../apps/ilianaai-avatar/src/sessions/vendor-start.js';
import type { StopStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/stop.step.js';
import type { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import type { Room } from '../../apps/ilianaai-avatar/src/vendors/vendor.js';
import type { VendorRegistry } from '../../apps/ilianaai-avatar/src/vendors/vendor-registry.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { anOpening } from '../support/opening.factory.js';
import { anAccount, TRACE_ID } from '../support/session.factory.js';

/** What a party does next. */
export type Move = 'token' | 'start' | 'reload';

/** Who wants a session, and by what. */
export interface Party {
  readonly isProved: boolean;
  readonly namedBy: ConversationNaming;
  readonly conversationId: string | null;
  readonly visitorId: string | null;
  readonly opener: string;
  /** Whether a reload shows the token it had. */
  readonly keepsToken: boolean;
}

export interface Arena {
  /** @returns what came of it: `ok`, or the code of the problem */
  move(party: Party, move: Move): Promise<string>;
  /** Who was given which media, by the room's own grant. */
  readonly rooms: ReadonlyMap<string, ReadonlySet<Party>>;
  /** Ends what was opened with a visitor's proof, or everything. */
  endAll(which: 'proved' | 'all'): Promise<void>;
}

const config = anAvatarConfig();
const [secret = ''] = config.tokenSecrets;

/** The services that give out sessions, with records in memory and a vendor that always answers. */
export function anArena(sameVisitor: SameVisitorPolicy, pause: () => Promise<void>): Arena {
  const limits = { ...anAccount().limits, maxConcurrentSessions: 100 };
  const account = anAccount({ sameVisitor, limits });
  const clock = { now: () => new Date() } as DatabaseClock;
  const memory = new MemorySessions(pause);
  const store = new SessionStore(
    memory as unknown as SessionRepository,
    config,
    clock,
    new Telemetry(),
  );
  const { tokens, starts, stops } = services(store, clock, pause);
  const held = new Map<Party, SessionClaims>();
  const rooms = new Map<string, Set<Party>>();

  async function token(party: Party, earlier: SessionClaims | null): Promise<void> {
    const request = { conversation_id: party.conversationId, visitor_id: party.visitorId };
    const { session_token } = await tokens.open(customer(party, earlier), request, {
      idempotencyKey: null,
      traceId: TRACE_ID,
    });
    held.set(party, await verifySessionToken(session_token, [secret], new Date(0)));
  }

  async function start(party: Party): Promise<void> {
    const claims = held.get(party);
    const session = claims && (await store.find({ id: claims.sessionId, accountId: 'acc-1' }));
    if (!claims || !session) throw new AvatarError('key_missing');
    const media: StartedSessionDto = await starts.start(
      session,
      claims.grant,
      new AbortController().signal,
    );
    const guests = rooms.get(media.livekit_client_token) ?? new Set();
    rooms.set(media.livekit_client_token, guests.add(party));
  }

  function customer(party: Party, earlier: SessionClaims | null): Customer {
    const { opener } = party;
    // What Petya would say goes the way of the visitor's token here.
    const visitorToken = JSON.stringify(standingOf(party));
    return { kind: 'customer', account, origin: null, opener, visitorToken, earlier };
  }

  return {
    rooms,
    move: (party, move) => {
      if (move === 'start') return outcome(start(party));
      const earlier = move === 'reload' && party.keepsToken ? (held.get(party) ?? null) : null;
      return outcome(token(party, earlier));
    },
    endAll: async (which) => {
      for (const session of memory.records.values()) {
        if (which === 'all' || session.proved)
          await stops.stop(session, { reason: 'visitor_ended', by: 'visitor' });
      }
    },
  };
}

function standingOf({ isProved, visitorId, namedBy }: Party): Standing {
  return { visitorId: isProved ? visitorId : null, conversation: namedBy };
}

function services(store: SessionStore, clock: DatabaseClock, pause: () => Promise<void>) {
  let names = 0;
  const worker = {
    resume: () => undefined,
    hasRoomFor: () => false,
    wake: () => undefined,
  } as unknown as UpkeepWorker;
  const step = {
    leaseFor: (owner: string | null) => ({ owner, seconds: config.budgets.leaseSeconds }),
    run: async (session: Session) => {
      await pause();
      return store.writeAndRelease(session, (current) =>
        current.state === 'stopping' ? end('replaced', clock.now())(current) : null,
      );
    },
  } as StopStep;
  const vendors = {
    of: () => ({
      create: async () => {
        await pause();
        names += 1;
        return { vendorSessionId: `vendor-${names}`, vendorToken: 'secret', opened: null };
      },
    }),
  } as unknown as VendorRegistry;
  const vendor = {
    start: async ({ vendorSessionId }: Session) => {
      await pause();
      const media = { livekit_url: 'wss://room', livekit_client_token: `room ${vendorSessionId}` };
      return { media, maxSessionSeconds: null };
    },
    undo: () => undefined,
    roomOf: (_session: Session, media: Room) => media,
  } as unknown as VendorStart;
  const visitors = {
    judge: (_account: unknown, { visitorToken }: { visitorToken: string | null }) =>
      Promise.resolve(JSON.parse(visitorToken ?? 'null') as Standing),
  } as unknown as VisitorAccess;
  const wishes = new OwedWishes();
  const departures = new Departures(store, worker, clock, config, wishes);
  const stops = new StopService(store, step, worker, clock, wishes);
  const slots = new SlotService(
    new AccountRoom(config, new MinutesService(store, clock), clock, anOpening()),
    store,
    stops,
    clock,
    new Gate({ least: 1, usual: 1, most: 1 }),
  );
  const box = new SessionBox(config);
  const opening = new OpeningRecord(store, vendors, box, clock);
  const opener = new SessionOpener(
    slots,
    new VendorRoom(config, store, clock),
    opening,
    departures,
    new Telemetry(),
  );
  const claims = new StartClaims(store, departures, clock, new MinutesService(store, clock));
  const record = new StartRecord(config, store, box, worker, clock);
  return {
    stops,
    tokens: new TokenService(config, opener, vendors, visitors, new Tokens(config, clock)),
    starts: new StartService(claims, vendor, record, box, new Telemetry()),
  };
}

async function outcome(call: Promise<void>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof AvatarError) return error.code;
    throw error;
  }
}
