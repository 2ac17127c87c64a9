import { Schema } from 'mongoose';
import type { VendorName } from '../vendors/vendor.js';

/** Who compares a vendor's bills with our records at this moment: one at a time, of all replicas. */
export interface ClaimDocument {
  readonly _id: VendorName;
  readonly owner: string;
  /** Grows with each claim; whoever holds an earlier one holds nothing any more. */
  readonly epoch: number;
  readonly until: Date;
  /** After a failure nobody begins by itself before. */
  readonly pausedUntil: Date;
  /** Days that an operator has asked for and that are not made yet. */
  readonly wanted: readonly string[];
}

export const CLAIM_MODEL = 'ReconciliationClaim';

export const claimSchema = new Schema<ClaimDocument>(
  {
    _id: { type: String, required: true },
    owner: String,
    epoch: Number,
    until: Date,
    pausedUntil: Date,
    wanted: [String],
  },
  { collection: 'reconciliationclaims', versionKey: false },
);
