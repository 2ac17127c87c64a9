import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '#platform';
import { Model, type mongo } from 'mongoose';
import type { VendorName } from '../vendors/vendor.js';
import type { Report, ReportSummary } from './report.js';
import { REPORT_MODEL, type ReportDocument } from './report.schema.js';

/** The reports, one for each day of a vendor. */
@Injectable()
export class ReportRepository {
  private readonly reports: mongo.Collection<ReportDocument>;

  constructor(@InjectModel(REPORT_MODEL) model: Model<ReportDocument>) {
    this.reports = model.collection as unknown as mongo.Collection<ReportDocument>;
  }

  /** In one write, in place of an earlier one. What was made later stays. */
  async replace(report: Report): Promise<void> {
    const _id = idOf(report.vendor, report.day);
    const earlier = { _id, madeAt: { $lte: report.madeAt } };
    try {
      await this.reports.replaceOne(earlier, report, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  async find(vendor: VendorName, day: string): Promise<Report | null> {
    return this.reports.findOne({ _id: idOf(vendor, day) }, { projection: { _id: 0 } });
  }

  /** The newest first. */
  async listLatest(vendor: VendorName, limit: number): Promise<ReportSummary[]> {
    // A colon comes before a semicolon, and everything that begins with it in between.
    const _id = { $gte: `${vendor}:`, $lt: `${vendor};` };
    const options = { projection: { _id: 0, rows: 0 }, sort: { _id: -1 }, limit } as const;
    return this.reports.find<ReportSummary>({ _id }, options).toArray();
  }

  /** When some days were compared last. */
  async listTimes(vendor: VendorName, days: readonly string[]): Promise<Map<string, Date>> {
    const _id = { $in: days.map((day) => idOf(vendor, day)) };
    const found = this.reports.find({ _id }, { projection: { day: 1, madeAt: 1 } });
    return new Map((await found.toArray()).map(({ day, madeAt }) => [day, madeAt]));
  }
}

function idOf(vendor: VendorName, day: string): string {
  return `${vendor}:${day}`;
}
