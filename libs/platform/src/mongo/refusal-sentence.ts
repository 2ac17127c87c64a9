import { mongo } from 'mongoose';

const CREDENTIALS =
  'it refuses the user or the password of MONGODB_URI (or its authSource names another database)';
const RIGHTS = 'the user of MONGODB_URI lacks a right that is needed: readWrite on the database';
const ROOM = 'it has no room left: free some, or give it more';

/** Codes of MongoDB that waiting does not mend. */
const SENTENCES: Readonly<Record<number, string>> = { 13: RIGHTS, 18: CREDENTIALS, 14031: ROOM };

/** The one code of Atlas for several refusals, which only its text tells apart. */
const ATLAS = 8000;

/**
 * Why a server refuses to serve the app until a person has done something, as the rest of a sentence
 * about the database; null for what passes. It repeats nothing of what the server says.
 */
export function refusalSentence(error: unknown): string | null {
  if (!(error instanceof mongo.MongoServerError)) return null;
  if (error.code !== ATLAS) return SENTENCES[Number(error.code)] ?? null;
  if (/\bauth/i.test(error.message)) return CREDENTIALS;
  return /quota/i.test(error.message) ? ROOM : null;
}
