/**
 * The first version of MongoDB that has what the apps use, by its manual; 2.4 stands for it and all before. Operators of a query, an
 * update and an expression may share a name: the version is the latest of theirs that is in use.
 */
export const FIRST_VERSIONS: Readonly<Record<string, string>> = {
  $$ROOT: '2.6',
  $add: '2.4',
  $addToSet: '2.4',
  $and: '2.4',
  $bsonSize: '4.4',
  $concatArrays: '3.2',
  $cond: '2.6',
  $elemMatch: '2.4',
  $eq: '2.4',
  $exists: '2.4',
  $expr: '3.6',
  $filter: '3.2',
  // Of an array in an expression; `$arrayElemAt` did it before.
  $first: '4.4',
  $group: '2.4',
  $gt: '2.4',
  $gte: '2.4',
  $ifNull: '2.4',
  // In an expression.
  $in: '3.4',
  $inc: '2.4',
  $limit: '2.4',
  $literal: '2.6',
  $lt: '2.4',
  $lte: '2.4',
  $map: '2.6',
  // Of a list in an expression.
  $max: '3.2',
  $min: '2.4',
  $mergeObjects: '3.6',
  $ne: '2.4',
  $nin: '2.4',
  $not: '2.4',
  $or: '2.4',
  $project: '2.4',
  $pull: '2.4',
  $rename: '2.4',
  $set: '2.4',
  $setOnInsert: '2.4',
  $size: '2.4',
  $slice: '3.2',
  $sortArray: '5.2',
  $subtract: '2.4',
  // Of a list in an expression.
  $sum: '3.2',
  $type: '2.4',
  $unset: '2.4',
  'update by pipeline': '4.2',
};

/** What the driver asks of a server anyway. */
export const DRIVER_NEEDS = '4.2';

/** The newest of the versions that some operators came with; null where the driver needs it anyway. */
export function versionNeeded(operators: readonly string[]): string | null {
  const versions = operators.map((name) => FIRST_VERSIONS[name] ?? DRIVER_NEEDS);
  const [newest = DRIVER_NEEDS] = versions.toSorted((a, b) => compareVersions(b, a));
  return compareVersions(newest, DRIVER_NEEDS) > 0 ? newest : null;
}

/** Below, at or above zero, as one version is before, the same as or behind another. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  return (a?.[0] ?? 0) - (b?.[0] ?? 0) || (a?.[1] ?? 0) - (b?.[1] ?? 0);
}
