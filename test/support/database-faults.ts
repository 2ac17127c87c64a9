import { mongo } from 'mongoose';

/** A fault of the database as the driver of the apps throws it: another copy's is not told as one. */
export function databaseAway(): Error {
  return new mongo.MongoNetworkError('no primary');
}
