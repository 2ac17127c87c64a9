import { Injectable } from '@nestjs/common';
import { CircuitBreaker } from '#platform';
import { EventEmitter } from 'node:events';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';

/** One circuit for all calls to Petya: config look-ups and deliveries fail and recover together. */
@Injectable()
export class PetyaCircuit {
  private readonly breaker: CircuitBreaker;
  private readonly events = new EventEmitter();
  private tookAtMs = Number.NEGATIVE_INFINITY;

  constructor(config: AvatarConfig) {
    const { failures, openSeconds } = config.circuit;
    this.breaker = new CircuitBreaker({ failures, openMs: openSeconds * 1000 });
  }

  get isOpen(): boolean {
    return this.breaker.isOpen;
  }

  /** Whether Petya may be called now: the circuit is closed, or its probe is due. */
  get isPassable(): boolean {
    return this.breaker.isPassable;
  }

  /** Calls back whenever Petya is found to be there again after the circuit was open. */
  onRecovery(listener: () => void): void {
    this.events.on('recovery', listener);
  }

  /** Petya has taken a delivery: others that failed may do better now. */
  noteTaken(): void {
    this.tookAtMs = performance.now();
  }

  /** Whether Petya has taken a delivery of this replica since a time by `performance.now()`. */
  hasTakenSince(sinceMs: number): boolean {
    return this.tookAtMs >= sinceMs;
  }

  /**
   * Runs a call unless the circuit is open. Any answer counts as success, a throw as failure.
   * @throws AvatarError `petya_unavailable` while the circuit is open, or what the call throws
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (!this.breaker.tryAcquire()) {
      throw new AvatarError('petya_unavailable', {
        retryAfterSeconds: this.breaker.retryAfterSeconds,
      });
    }
    try {
      const result = await call();
      if (this.breaker.succeeded()) this.events.emit('recovery');
      return result;
    } catch (error) {
      this.breaker.failed();
      throw error;
    }
  }
}
