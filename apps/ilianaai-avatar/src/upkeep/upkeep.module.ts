import { Module } from '@nestjs/common';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { TranscriptModule } from '../transcript/transcript.module.js';
import { DeliverStep } from './deliver.step.js';
import { EraseStep } from './erase.step.js';
import { GiveUpStep } from './give-up.step.js';
import { PetyaWatch } from './petya-watch.js';
import { PollStep } from './poll.step.js';
import { PurgeStep } from './purge.step.js';
import { ReadRecordStep } from './read-record.step.js';
import { RecordReader } from './record-reader.js';
import { ResolveStartStep } from './resolve-start.step.js';
import { StepRunner, UPKEEP_STEPS } from './step-runner.js';
import type { UpkeepStep } from './step.js';
import { StopStep } from './stop.step.js';
import { Sweeper } from './sweeper.js';
import { UpkeepWorker } from './upkeep.worker.js';

const STEPS = {
  'give-up': GiveUpStep,
  'resolve-start': ResolveStartStep,
  stop: StopStep,
  poll: PollStep,
  'read-record': ReadRecordStep,
  deliver: DeliverStep,
  erase: EraseStep,
  purge: PurgeStep,
};

@Module({
  imports: [TranscriptModule, DeliveryModule],
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
