import { EventEmitter } from 'node:events';
import { mongo } from 'mongoose';

const { Long, ObjectId } = mongo.BSON;

export const SET_NAME = 'rs0';

const LIMITS = {
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  // MongoDB 8.0
  maxWireVersion: 25,
};

/**
 * What the one member of the set says of itself. Every change has a version, by which a driver
 * tells what is news.
 */
export class Member extends EventEmitter<{ changed: [] }> {
  /** How far its clock is ahead of this machine's. */
  clockAheadMs = 0;
  private processId = new ObjectId();
  private electionId = new ObjectId();
  private counter = 0;
  private primary = true;

  /** @param isStreaming whether it tells news unasked, as servers since 4.4 do */
  constructor(private readonly isStreaming: boolean) {
    super();
    // Each client watches it with a connection or two.
    this.setMaxListeners(0);
  }

  get isPrimary(): boolean {
    return this.primary;
  }

  /** Loses the election. */
  stepDown(): void {
    this.primary = false;
    this.change();
  }

  /** Another machine of the set is primary now, under the same address, with a clock of its own. */
  replace(clockAheadMs: number): void {
    this.primary = true;
    this.electionId = new ObjectId();
    this.processId = new ObjectId();
    this.clockAheadMs = clockAheadMs;
    this.change();
  }

  /** It was no primary for a moment, and is again. @returns the version in between */
  stumble(): mongo.Document {
    this.counter += 1;
    const between = this.version;
    this.change();
    return between;
  }

  /** Members of an answer that says what version it is of. */
  get version(): mongo.Document {
    if (!this.isStreaming) return {};
    const { processId, counter } = this;
    return { topologyVersion: { processId, counter: Long.fromNumber(counter) } };
  }

  /** Whether the client that says this version knows the latest. */
  isNews(version: mongo.Document): boolean {
    const { counter, processId } = version;
    return String(counter) !== String(this.counter) || String(processId) !== String(this.processId);
  }

  hello(address: string): mongo.Document {
    const now = new Date(Date.now() + this.clockAheadMs);
    return {
      helloOk: true,
      isWritablePrimary: this.primary,
      ismaster: this.primary,
      secondary: !this.primary,
      setName: SET_NAME,
      setVersion: 1,
      hosts: [address],
      me: address,
      ...(this.primary ? { primary: address, electionId: this.electionId } : {}),
      ...this.version,
      ...LIMITS,
      localTime: now,
      lastWrite: { lastWriteDate: now },
      logicalSessionTimeoutMinutes: 30,
      readOnly: false,
      ok: 1,
    };
  }

  private change(): void {
    this.counter += 1;
    this.emit('changed');
  }
}
