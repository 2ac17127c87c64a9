import { Schema } from 'mongoose';
import type { Report } from './report.js';

/** A report as it lies in MongoDB: the vendor and the day are its id, as `liveavatar:2026-11-26`. */
export type ReportDocument = Report & { readonly _id: string };

export const REPORT_MODEL = 'Reconciliation';

export const reportSchema = new Schema<ReportDocument>(
  {
    _id: { type: String, required: true },
    day: { type: String, required: true },
    vendor: { type: String, required: true },
    madeAt: { type: Date, required: true },
  },
  { collection: 'reconciliations', strict: false, minimize: false, versionKey: false },
);
