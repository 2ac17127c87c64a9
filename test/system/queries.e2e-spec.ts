import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'mongodb';
import { requireServerVersion } from '../../libs/platform/src/mongo/server-version.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import { countedUri } from '../ilianaai-avatar/database-trips.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { isAble } from '../support/known-gaps.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import {
  type Findings,
  findingsOf,
  loadCatalogue,
  oddity,
  USUAL_CONCERNS,
} from './queries/catalogue.js';
import { type Statement, statementsOf } from './queries/command-shape.js';
import { keepCommands, type SentCommand } from './queries/commands.js';
import { askTheRestOfAvatar, askTheRestOfPetya } from './queries/ask-the-rest.js';
import { liveAtAvatar, liveAtPetya, OPERATOR } from './queries/live-through.js';
import { compareVersions, FIRST_VERSIONS } from './queries/first-versions.js';
import { isPlain } from './queries/is-plain.js';
import { knownIndexes } from './queries/known-indexes.js';
import { Reached } from './queries/reached.js';
import { isWatchedOver } from './queries/shard-target.js';

/*
 * Both apps live through everything they do, and each statement that they send to their databases is
 * held to `queries.json`: it stands there with what serves it, where a cluster sends it and what it
 * needs of a server, and with a reason where one of these is not as it should be.
 */
interface Seen {
  readonly statement: Statement;
  readonly command: Document;
  readonly findings: Findings;
}

const catalogue = loadCatalogue();
const indexes = knownIndexes();
const sent = keepCommands();
let world: World;
let avatar: RunningAvatar;
let petya: RunningPetya;
let petyaDatabase: TestDatabase;
let reached: Reached[];
/** What was seen, by its shape; the same question must be served in the same way each time. */
const seen = new Map<string, Seen>();
const operators = new Set<string>();
/** Of the apps, and not of what a test asks afterwards. */
let commands: readonly SentCommand[];

beforeAll(async () => {
  // The world's own replica leaves the work to the one that is listened to.
  world = await startWorld({ environment: { UPKEEP_POLL_SECONDS: '60' } });
  sent.length = 0;
  avatar = await world.another({
    database: { ...world.database, uri: countedUri(world.database.uri) },
    environment: {
      ADMIN_TOKEN: OPERATOR,
      VENDOR_POLL_SECONDS: '1',
      UPKEEP_POLL_SECONDS: '0.1',
      ERASURE_POLL_SECONDS: '0.1',
      RECONCILE_SECONDS: '1',
      LEASE_SECONDS: '1',
    },
  });
  petyaDatabase = freshDatabase();
  petya = await startPetya({
    database: { ...petyaDatabase, uri: countedUri(petyaDatabase.uri) },
  });
  reached = [avatar, petya].map(({ app }) => new Reached(app));
  // Done once, shortly after a start.
  await avatar.app.get(SessionStore, { strict: false }).datePurges(new Date());
  await liveAtAvatar(world, avatar);
  await liveAtPetya(petya);
  await askTheRestOfAvatar(avatar, world.avatar.connection);
  await askTheRestOfPetya(petya, world.petya.connection.getClient().db(petyaDatabase.name));
  commands = [...sent];
  for (const { name, command } of commands) {
    for (const statement of statementsOf(command, name)) note(statement, command);
  }
}, 120_000);
afterAll(async () => {
  await petya.stop();
  await petyaDatabase.drop();
  await avatar.stop();
  await world.stop();
});

describe('every statement of both apps', () => {
  it('is entered in the catalogue, with what follows from it', () => {
    const wrong = [...seen].filter(([shape, { findings }]) => {
      const { why: _why, ...entered } = catalogue.statements[shape] ?? {};
      return !(shape in catalogue.statements) || !isDeepStrictEqual(entered, findings);
    });
    expect(Object.fromEntries(wrong.map(([shape, { findings }]) => [shape, findings]))).toEqual({});
  });

  it('has a reason where it is not as it should be, and none where it is', () => {
    const { statements, reasons } = catalogue;
    const odd = Object.entries(statements).filter(([, entry]) => oddity(entry) !== null);
    expect(odd.filter(([, { why }]) => why === undefined).map(([shape]) => shape)).toEqual([]);
    const excused = Object.entries(statements).filter(([, { why }]) => why !== undefined);
    expect(excused.filter(([, entry]) => oddity(entry) === null).map(([shape]) => shape)).toEqual(
      [],
    );
    // A reason is a sentence, or the name of one.
    const whys = excused.map(([, { why = '' }]) => why);
    expect(whys.filter((why) => !why.includes(' ') && !(why in reasons))).toEqual([]);
    expect(Object.keys(reasons).filter((name) => !whys.includes(name))).toEqual([]);
  });

  it('is still asked by somebody', () => {
    const gone = Object.keys(catalogue.statements).filter((shape) => !seen.has(shape));
    expect(gone).toEqual([]);
  });

  it('is one of all that the repositories can send', () => {
    expect(reached.flatMap(({ missing }) => missing)).toEqual([]);
  });

  it('uses what a known version of the server has, and each app asks for the newest', () => {
    expect([...operators].filter((name) => !(name in FIRST_VERSIONS)).toSorted()).toEqual([]);
    expect(Object.keys(FIRST_VERSIONS).filter((name) => !operators.has(name))).toEqual([]);
    const needed = Object.values(FIRST_VERSIONS).toSorted(compareVersions).at(-1) ?? '';
    const [major, minor] = needed.split('.').map(Number);
    expect(() => requireServerVersion(needed)).not.toThrow();
    expect(() => requireServerVersion(`${major}.${(minor ?? 0) - 1}`)).toThrow();
  });

  it('asks the primary', () => {
    const elsewhere = commands.filter(({ command: { $readPreference: preference } }) => {
      return preference !== undefined && preference.mode !== 'primary';
    });
    expect(elsewhere).toEqual([]);
  });

  it('is explained by the server as a search of an index where one is entered', async () => {
    if (!isAble('explains')) return;
    const explained = isAble('explainsTwoConditions')
      ? [...seen]
      : [...seen].filter(([, { statement }]) => hasOneCondition(statement));
    const scans: string[] = [];
    for (const [shape, { statement, findings }] of explained) {
      if (findings.index === undefined || findings.index === null) continue;
      const { connection } = avatarHas(statement.collection) ? avatar : petya;
      const sort = Object.entries(statement.sort) as [string, 1 | -1][];
      const found = connection.collection(statement.collection).find(statement.filter, { sort });
      const plan = await found.explain('queryPlanner');
      if (JSON.stringify(plan['queryPlanner'].winningPlan).includes('COLLSCAN')) scans.push(shape);
    }
    expect(scans).toEqual([]);
  });
});

describe('every command that asks for no records', () => {
  it('is a known one, and what changes something waits for the majority', () => {
    const others = commands.filter(({ name, command }) => statementsOf(command, name).length === 0);
    const known = ['buildInfo', 'hello', 'ping', 'listIndexes', 'create', 'createIndexes'];
    const names = new Set(others.map(({ name }) => name));
    expect(
      [...names].filter((name) => ![...known, 'getMore', 'killCursors'].includes(name)),
    ).toEqual([]);
    expect(known.filter((name) => !names.has(name))).toEqual([]);
    const changes = others.filter(({ name }) => name.startsWith('create'));
    const concerns = new Set(changes.map(({ command }) => JSON.stringify(command['writeConcern'])));
    expect([...concerns]).toEqual([JSON.stringify(USUAL_CONCERNS.write)]);
  });

  it('builds the indexes that are checked in, and no others', () => {
    const built = commands.filter(({ name }) => name === 'createIndexes');
    const names = built.flatMap(({ command }) =>
      (command['indexes'] as { name: string }[]).map(
        ({ name }) => `${String(command['createIndexes'])} ${name}`,
      ),
    );
    const known = [...indexes].flatMap(([collection, own]) =>
      own.filter(({ name }) => name !== '_id_').map(({ name }) => `${collection} ${name}`),
    );
    expect([...new Set(names)].toSorted()).toEqual(known.toSorted());
  });
});

describe('every index', () => {
  it('serves a statement, watches over what is unique, or ends records', () => {
    const serving = new Set(
      [...seen.values()].map(
        ({ statement, findings }) => `${statement.collection} ${findings.index}`,
      ),
    );
    const idle = [...indexes].flatMap(([collection, own]) =>
      own
        .filter(({ unique, expireAfterSeconds }) => !unique && expireAfterSeconds === undefined)
        .map(({ name }) => `${collection} ${name}`)
        .filter((title) => !serving.has(title)),
    );
    // For whoever looks by hand.
    expect(idle).toEqual(['conversations externalOfAny']);
  });
});

describe('in a cluster', () => {
  it('every collection has a shard key, and was asked', () => {
    const asked = new Set([...seen.values()].map(({ statement }) => statement.collection));
    expect(Object.keys(catalogue.shardKeys).toSorted()).toEqual(collections().toSorted());
    expect(collections().filter((name) => !asked.has(name))).toEqual([]);
  });

  it('every unique index begins with the shard key, so that each machine can watch over its own', () => {
    const wrong = [...indexes].flatMap(([collection, own]) =>
      own
        .filter(({ name, unique }) => unique && name !== '_id_')
        .filter(({ key }) => !isWatchedOver(Object.keys(key), shardKeyOf(collection)))
        .map(({ name }) => `${collection} ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('every shard key is the beginning of an index, as the server demands', () => {
    const without = Object.entries(catalogue.shardKeys).filter(
      ([collection, shardKey]) =>
        !(indexes.get(collection) ?? []).some(
          ({ key, partialFilterExpression }) =>
            partialFilterExpression === undefined && isWatchedOver(Object.keys(key), shardKey),
        ) && shardKey.join() !== '_id',
    );
    expect(without).toEqual([]);
  });

  it('no record moves to another machine by a change of its shard key, but a key under a new pepper', () => {
    const moving = [...seen].filter(([, { statement }]) =>
      shardKeyOf(statement.collection).some((member) => statement.changes.includes(member)),
    );
    expect(moving.map(([shape]) => shape)).toEqual(['update one apikeys: _id, digest; $set']);
  });
});

function note(statement: Statement, command: Document): void {
  const { shape, collection } = statement;
  const about = { indexes: indexes.get(collection) ?? [], shardKey: shardKeyOf(collection) };
  const findings = findingsOf(statement, command, about);
  for (const operator of statement.operators) operators.add(operator);
  const before = seen.get(shape);
  if (before) expect([shape, findings]).toEqual([shape, before.findings]);
  else seen.set(shape, { statement, command, findings });
}

function hasOneCondition({ filter, sort }: Statement): boolean {
  const [value, ...others] = Object.values(filter) as unknown[];
  return others.length === 0 && Object.keys(sort).length === 0 && !isPlain(value);
}

function shardKeyOf(collection: string): readonly string[] {
  return catalogue.shardKeys[collection] ?? ['_id'];
}

function collectionsOf({ connection }: RunningAvatar | RunningPetya): string[] {
  return Object.values(connection.models).map((model) => model.collection.name);
}

function collections(): string[] {
  return [avatar, petya].flatMap(collectionsOf);
}

function avatarHas(collection: string): boolean {
  return collectionsOf(avatar).includes(collection);
}
