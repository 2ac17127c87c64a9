import { Inject, Injectable } from '@nestjs/common';
import { Telemetry } from '#platform';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import type { Session } from '../sessions/domain/session.js';
import { sessionNames } from '../sessions/domain/session-names.js';
import { nextStep, type Step } from './next-step.js';
import type { UpkeepStep } from './steps/step.js';

/** Provider token of the steps by name. */
export const UPKEEP_STEPS = Symbol('UPKEEP_STEPS');

export type StepsByName = Readonly<Record<Exclude<Step, 'nothing'>, UpkeepStep>>;

/** Runs the step that a claimed session needs. */
@Injectable()
export class StepRunner {
  constructor(
    @Inject(UPKEEP_STEPS) private readonly steps: StepsByName,
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
    private readonly telemetry: Telemetry,
  ) {}

  run(session: Session): Promise<Session | null> {
    const step = nextStep(session, this.clock.now(), this.config.budgets);
    // What was due is no longer: giving the lease back writes the true due times.
    if (step === 'nothing') return this.sessions.writeAndRelease(session, () => null);
    const { traceId = null } = session;
    const names = sessionNames(session);
    const operation = { kind: 'step', name: step, traceId, session: names } as const;
    return this.telemetry.run(operation, () => this.steps[step].run(session));
  }
}
