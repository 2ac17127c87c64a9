import { OPERATIONS, type Reach } from '../../../libs/platform/src/mongo/operation-deadlines.js';
import type { Statement } from './command-shape.js';

/** The driver's operations that a statement may come from, by its command and how much it writes. */
export const SENT_BY: Readonly<Record<string, readonly (keyof typeof OPERATIONS)[]>> = {
  find: ['find', 'findOne'],
  aggregate: ['aggregate', 'countDocuments'],
  insert: ['insertOne', 'insertMany'],
  findAndModify: ['findOneAndUpdate', 'findOneAndReplace', 'findOneAndDelete'],
  'update one': ['updateOne', 'replaceOne', 'bulkWrite'],
  'update all': ['updateMany'],
  'delete one': ['deleteOne', 'bulkWrite'],
  'delete all': ['deleteMany'],
};

/** How long a statement may take: that of the operations which it comes from, who all agree. */
export function deadlineOf({ command, isOfOne }: Pick<Statement, 'command' | 'isOfOne'>): Reach {
  const [operation] = SENT_BY[command] ?? SENT_BY[`${command} ${isOfOne ? 'one' : 'all'}`] ?? [];
  if (operation === undefined) throw new Error(`No operation is known to send ${command}.`);
  return OPERATIONS[operation].reach;
}
