import { Module } from '@nestjs/common';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { TurnsModule } from '../turns/turns.module.js';
import { CountStep } from './steps/count.step.js';
import { DeliverStep } from './steps/deliver.step.js';
import { EraseStep } from './steps/erase.step.js';
import { GiveUpStep } from './steps/give-up.step.js';
import { PetyaWatch } from './petya-watch.js';
import { PollStep } from './steps/poll.step.js';
import { PurgeStep } from './steps/purge.step.js';
import { ReadRecordStep } from './steps/read-record.step.js';
import { RecordReader } from './steps/record-reader.js';
import { ResolveStartStep } from './steps/resolve-start.step.js';
import { StepRunner, UPKEEP_STEPS } from './step-runner.js';
import type { UpkeepStep } from './steps/step.js';
import { StopStep } from './steps/stop.step.js';
import { Sweeper } from './sweeper.js';
import { UpkeepWorker } from './upkeep.worker.js';

const STEPS = {
  'give-up': GiveUpStep,
  'resolve-start': ResolveStartStep,
  stop: StopStep,
  count: CountStep,
  poll: PollStep,
  'read-record': ReadRecordStep,
  deliver: DeliverStep,
  erase: EraseStep,
  purge: PurgeStep,
};

@Module({
  imports: [BudgetsModule, TurnsModule, DeliveryModule],
  providers: [
    ...Object.values(STEPS),
    {
      provide: UPKEEP_STEPS,
      inject: Object.values(STEPS),
      useFactory: (...steps: UpkeepStep[]) =>
        Object.fromEntries(Object.keys(STEPS).map((name, index) => [name, steps[index]])),
    },
    PetyaWatch,
    RecordReader,
    StepRunner,
    Sweeper,
    UpkeepWorker,
  ],
  exports: [StopStep, ResolveStartStep, UpkeepWorker],
})
export class UpkeepModule {}
