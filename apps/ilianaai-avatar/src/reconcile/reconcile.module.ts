import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { AdminReconciliationsController } from './admin-reconciliations.controller.js';
import { BillCorrectionService } from './bill-correction.service.js';
import { ClaimRepository } from './claim.repository.js';
import { CLAIM_MODEL, claimSchema } from './claim.schema.js';
import { CreditsLeftService } from './credits-left.service.js';
import { ReconciliationsService } from './reconciliations.service.js';
import { Reconciler } from './reconciler.js';
import { ReportMakerService } from './report-maker.service.js';
import { ReportRepository } from './report.repository.js';
import { REPORT_MODEL, reportSchema } from './report.schema.js';

/** The vendor's bills beside our records. */
@Module({
  imports: [
    DeliveryModule,
    MongooseModule.forFeature([
      { name: REPORT_MODEL, schema: reportSchema },
      { name: CLAIM_MODEL, schema: claimSchema },
    ]),
  ],
  controllers: [AdminReconciliationsController],
  providers: [
    BillCorrectionService,
    ClaimRepository,
    CreditsLeftService,
    Reconciler,
    ReconciliationsService,
    ReportMakerService,
    ReportRepository,
  ],
  exports: [CreditsLeftService, ReconciliationsService, ReportRepository],
})
export class ReconcileModule {}
