import { Schema } from 'mongoose';
import type { OpeningOrder } from './pause.js';

/** The one order that there is. */
export const THE_ORDER = 'opening';

/** What was ordered last, as it lies in MongoDB. */
export type OpeningDocument = OpeningOrder & { readonly _id: typeof THE_ORDER };

export const OPENING_MODEL = 'Opening';

export const openingSchema = new Schema<OpeningDocument>(
  {
    _id: { type: String, required: true },
    paused: { type: Boolean, required: true },
    reason: { type: String, default: null },
    until: { type: Date, default: null },
    by: { type: String, default: null },
    setAt: { type: Date, required: true },
  },
  { collection: 'openings', versionKey: false },
);
