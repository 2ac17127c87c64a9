import { randomBytes } from 'node:crypto';
import { SimulatorClock } from './clock.js';
import { FaultList } from './faults.js';
import { hearTyped } from './heygen/speech.js';
import { HeyGenSessions } from './heygen/sessions.js';
import { RequestLedger } from './ledger.js';
import { LiveAvatarSessions } from './liveavatar/sessions.js';
import { RateWindow } from './rate.window.js';
import type { RoomServer } from './room/room.access.js';
import { Rooms } from './room/rooms.js';
import { StreamRooms } from './room/stream.rooms.js';
import { defaultSettings, patchSettings, type SimulatorSettings } from './settings.js';

/** Everything one simulator remembers; `reset` makes it forget. */
export class SimulatorWorld {
  readonly clock = new SimulatorClock();
  readonly tokenSecret = randomBytes(32).toString('hex');
  settings!: SimulatorSettings;
  ledger!: RequestLedger;
  faults!: FaultList;
  rate!: RateWindow;
  liveavatar!: LiveAvatarSessions;
  heygen!: HeyGenSessions;
  /** Null where there is no LiveKit server. */
  readonly rooms: Rooms | null;
  readonly streamRooms: StreamRooms | null;

  constructor(
    readonly apiKey: string,
    private readonly initialSettings: Partial<SimulatorSettings> = {},
    roomServer: RoomServer | null = null,
  ) {
    this.rooms = roomServer === null ? null : new Rooms(roomServer, this);
    this.streamRooms =
      roomServer === null
        ? null
        : new StreamRooms(roomServer, (session, text) => hearTyped(session, text, this));
    this.reset();
  }

  /** Back to the state of a fresh start: no sessions, no ledger, no faults, real time. */
  reset(): void {
    this.clock.reset();
    this.settings = defaultSettings();
    patchSettings(this.settings, this.initialSettings);
    this.ledger = new RequestLedger();
    this.faults = new FaultList();
    this.rate = new RateWindow();
    this.heygen?.close();
    this.heygen = new HeyGenSessions(this.clock, this.settings, this.streamRooms);
    void this.rooms?.closeAll();
    void this.streamRooms?.closeAll();
    this.liveavatar = new LiveAvatarSessions(this.clock, this.settings, this.rooms);
  }

  /** Carries out what fell due. */
  sweep(): void {
    this.liveavatar.sweep();
    this.heygen.sweep();
  }
}
