import { readFile } from 'node:fs/promises';
import mongoose from 'mongoose';
import { databaseUri } from '../stack/database-uri.js';
import { callApi } from '../stack/json-api.js';
import type { Arena } from './arena.js';
import { findCanaries, plant, unplanted } from '../support/canaries.js';
import { exchange } from './exchange.js';
import { type RowResult, Tally } from './tally.js';
import { findLost, playVisit } from './visits.js';

/** Collections whose business the transcript is. */
const HOLDS_TRANSCRIPT = new Set(['avatar.turns', 'petya.conversations']);

/**
 * Looks for the secrets of a run in the logs and the collections of everything that ran before, and of a
 * visit of its own. Answers are looked through as they come (`judge-reply.ts`).
 */
export async function canariesRow(arena: Arena): Promise<RowResult> {
  const tally = new Tally('canary secrets');
  await leaveTraces(arena, tally);
  tally.count(unplanted().map((kind) => `no ${kind} was there to be found`));
  let bytes = 0;
  for (const { name, logFile } of arena.processes.list()) {
    // The simulator is the vendor; its log is not ours.
    if (name === 'vendor-simulator') continue;
    const log = await readFile(logFile, 'utf8');
    bytes += log.length;
    tally.count(findCanaries(log).map((each) => `${each} in the log of ${name}`));
  }
  let records = 0;
  for (const database of ['avatar', 'petya']) records += await scan(arena, database, tally);
  return tally.result(`${Math.round(bytes / 1024)} KiB of log, ${records} records`);
}

/** A visit in which every secret is used, rightly and wrongly. */
async function leaveTraces(arena: Arena, tally: Tally): Promise<void> {
  const tenant = await arena.makeTenant();
  plant('customer key', tenant.key);
  plant('customer key', tenant.secretKey);
  const visitor = await callApi<{ visitorToken: string }>(
    `${arena.petyaUrl}/api/v1/visitors/init`,
    { apiKey: tenant.key, body: {} },
  );
  plant('visitor token', visitor.visitorToken);
  const { problems, record } = await playVisit(arena, tenant);
  if (!record) throw new Error('The visit with the canaries did not come about.');
  plant('session token', record.token);
  plant('transcript text', record.acknowledged[0] ?? '');
  const lost = await findLost(arena, [record], 30_000);
  tally.count([...problems, ...lost.flatMap((each) => each.problems)]);
  const secrets = { ...arena.secrets, key: tenant.key, token: record.token };
  for (const value of Object.values(secrets)) {
    for (const url of [arena.avatarUrl, arena.petyaUrl]) {
      const path = `/v1/sessions/token?key=${encodeURIComponent(value)}`;
      const headers = { authorization: `Bearer ${value}`, 'content-type': 'application/json' };
      const body = `{"conversation_id": "${value}", "session_id": ["${value}"]`;
      const reply = await exchange(url, { method: 'POST', path, headers, body });
      tally.count(findCanaries(reply.text).map((name) => `${name} in an answer of ${url}`));
    }
  }
}

/** @returns how many records were looked through */
async function scan(arena: Arena, database: string, tally: Tally): Promise<number> {
  const client = new mongoose.mongo.MongoClient(databaseUri(arena.database.uri, database));
  let records = 0;
  try {
    for (const { collectionName } of await client.db().collections()) {
      const place = `${database}.${collectionName}`;
      const documents = await client.db().collection(collectionName).find().toArray();
      records += documents.length;
      const found = findCanaries(documents.map((each) => JSON.stringify(each)).join('\n'));
      const foreign = found.filter(
        (name) => name !== 'transcript text' || !HOLDS_TRANSCRIPT.has(place),
      );
      tally.count(foreign.map((name) => `${name} in ${place}`));
    }
  } finally {
    await client.close();
  }
  return records;
}
