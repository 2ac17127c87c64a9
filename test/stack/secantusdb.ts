import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withInstallLock } from './install-lock.js';
import { cachePath } from './project-root.js';

/**
 * SecantusDB speaks MongoDB's wire protocol and comes from the Python registry, so it is there where
 * neither an installed `mongod` nor MongoDB's download site can be had. It runs as a process of its
 * own for development and tests; nothing of it is part of the product.
 */
export const secantusVersion = '0.7.0b3';
export const secantusMongoVersion = '8.2.11';

const run = promisify(execFile);
const folder = (): string => cachePath('secantusdb');
const marker = (): string => join(folder(), `installed-${secantusVersion}`);
const wrapper = (): string => join(folder(), 'bin', 'mongod');

export function secantusIsInstalled(): boolean {
  return existsSync(marker());
}

/**
 * Makes the executable that stands in for `mongod`, installing the server first where it is missing.
 * @returns the executable's path
 * @throws Error with one sentence that says what is missing
 */
export async function provideSecantus(onProgress: (line: string) => void): Promise<string> {
  await withInstallLock(cachePath('secantusdb.lock'), async () => {
    if (!secantusIsInstalled()) await install(onProgress);
    await writeWrapper();
  });
  return wrapper();
}

async function install(onProgress: (line: string) => void): Promise<void> {
  onProgress(`Installing SecantusDB ${secantusVersion} (once, about 10 s) …`);
  await rm(folder(), { recursive: true, force: true });
  await mkdir(cachePath(), { recursive: true });
  try {
    await run('python3', ['-m', 'venv', folder()]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--pre'];
    await run(join(folder(), 'bin', 'python3'), [...pip, `secantusdb==${secantusVersion}`]);
  } catch (error) {
    throw new Error(
      'No database can be had: no mongod on PATH, no download of MongoDB, and SecantusDB did not ' +
        'install (python3 with venv is needed). Set MONGODB_URI to a running MongoDB.',
      { cause: error },
    );
  }
  await writeFile(marker(), '');
}

/**
 * The script mends one thing that this version lacks: an empty timestamp in a document that is
 * inserted gets the server's cluster time, as MongoDB does it. And it mends five places that make it
 * slower than it has to be. It chooses an index as MongoDB does where SecantusDB reads the whole
 * collection: a condition on `_id` comes first, and conditions under `$and` beside it, which is how it
 * asks within findAndModify (80 ms with 10,000 records otherwise), do not hinder it; what an index
 * finds is compared with the whole condition all the same. The answers kept for retried writes lie in
 * the order of their time, so the old ones are taken from the front and not looked for among all
 * 10,000 at every write. Texts and ids are compared as what they are, and looked up among many with
 * `$in`, where each pair went through every rule of BSON's other types. A collection's indexes are
 * read once and not at every command, until a command comes that may change them; a collection with an
 * index over an array, which a write may mark, is left as it was, and so is what a command reads that
 * began before such a change ended: it may see what was there before. And no command asks whether a
 * profiler is on, which is a look into the storage each time.
 *
 * `/bin/sh` in front, because a `#!` line is cut at 127 characters and cannot hold a space.
 */
async function writeWrapper(): Promise<void> {
  const script = join(folder(), 'mongod.py');
  const python = join(folder(), 'bin', 'python3');
  await replaceFile(script, pythonSource, 0o644);
  await replaceFile(wrapper(), `#!/bin/sh\nexec "${python}" "${script}" "$@"\n`, 0o755);
}

/** In one step, because another stack may start the file at this moment. */
async function replaceFile(file: string, content: string, mode: number): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, content);
  await chmod(draft, mode);
  await rename(draft, file);
}

const pythonSource = `import logging
import sys
import threading

if "--version" in sys.argv:
    print("db version v${secantusMongoVersion}")
    sys.exit(0)

given = dict(zip(sys.argv[1:], sys.argv[2:]))
flags = ["--log-level", "WARNING", "--host", given.get("--bind_ip", "127.0.0.1")]
flags += ["--port", given["--port"], "--storage-path", given["--dbpath"]]
if given.get("--setParameter") == "enableTestCommands=1":
    flags.append("--enable-test-commands")


class SayReady(logging.Handler):
    def emit(self, record):
        if "listening on" in record.getMessage():
            print("waiting for connections", flush=True)


log = logging.getLogger("secantus")
log.setLevel(logging.INFO)
log.addHandler(SayReady())

from bson import ObjectId, Timestamp

from secantus import commands, query, storage, transactions

insert = storage.Storage.insert
EMPTY = Timestamp(0, 0)


def insert_with_time(self, db, coll, docs, **more):
    docs = list(docs)
    for doc in docs:
        for field, value in doc.items():
            if field != "_id" and isinstance(value, Timestamp) and value == EMPTY:
                doc[field] = self.current_cluster_time()
    return insert(self, db, coll, docs, **more)


storage.Storage.insert = insert_with_time

by_index = storage.Storage._try_index_id_keys


def by_id_first(self, db, coll, filter, **more):
    plain = {field: clause for field, clause in (filter or {}).items() if field[0] != "$"}
    if storage._id_point_lookup_keys(plain.get("_id", {})) is not None:
        plain = {"_id": plain["_id"]}
    return by_index(self, db, coll, plain, **more)


def drop_old_answers(self):
    oldest = self._time() - transactions._RETRYABLE_RECORD_LIFETIME_SECONDS
    answers = self._retryable
    while answers:
        key, (_reply, at, _identity) = next(iter(answers.items()))
        if at >= oldest and len(answers) <= transactions._RETRYABLE_RECORD_MAX:
            break
        del answers[key]


PLAIN = (str, ObjectId)
equal = query._eq_numeric_aware
op_matches = query._op_matches


def equal_if_plain(one, other, collation=None):
    if collation is None and type(one) in PLAIN and type(other) in PLAIN:
        return one == other
    return equal(one, other, collation)


looked_up = ([], frozenset())


def among(values, op, arg, collation=None, **more):
    global looked_up
    if op != "$in" or collation is not None or len(values) != 1 or type(values[0]) not in PLAIN:
        return op_matches(values, op, arg, collation, **more)
    known, members = looked_up
    if known is not arg:
        if type(arg) is not list or not all(type(member) in PLAIN for member in arg):
            return op_matches(values, op, arg, collation, **more)
        members = frozenset(arg)
        looked_up = (arg, members)
    return values[0] in members


SAME_INDEXES = {
    *("find", "getMore", "killCursors", "count", "distinct", "aggregate", "explain"),
    *("insert", "update", "delete", "findAndModify", "bulkWrite"),
    *("hello", "isMaster", "ismaster", "ping", "buildInfo", "endSessions", "serverStatus"),
    *("listIndexes", "listCollections", "abortTransaction", "commitTransaction"),
}
read_indexes = storage.Storage._iter_indexes
mark_arrays = storage.Storage._maybe_mark_multikey
answer = commands.dispatch


class Indexes:
    known = {}
    of_arrays = set()
    changing = 0
    changes = 0
    lock = threading.Lock()
    command = threading.local()


def answer_and_forget(doc, ctx):
    if commands.command_name(doc) in SAME_INDEXES:
        with Indexes.lock:
            Indexes.command.began = None if Indexes.changing else Indexes.changes
        return answer(doc, ctx)
    with Indexes.lock:
        Indexes.changing += 1
    try:
        return answer(doc, ctx)
    finally:
        with Indexes.lock:
            Indexes.changing -= 1
            Indexes.changes += 1
            Indexes.known = {}


def indexes_once(self, db, coll):
    of = (self, db, coll)
    if Indexes.changing or of in Indexes.of_arrays:
        return list(read_indexes(self, db, coll))
    found = Indexes.known.get(of)
    if found is None:
        found = list(read_indexes(self, db, coll))
        with Indexes.lock:
            began = getattr(Indexes.command, "began", None)
            if not Indexes.changing and began == Indexes.changes:
                Indexes.known[of] = found
    return found


def mark_arrays_and_forget(self, db, coll, doc, indexes, already):
    before = len(already)
    marked = mark_arrays(self, db, coll, doc, indexes, already)
    if len(marked) > before:
        Indexes.of_arrays.add((self, db, coll))
    return marked


query._eq_numeric_aware = equal_if_plain
query._op_matches = among
storage.Storage._try_index_id_keys = by_id_first
transactions.TransactionRegistry._prune_retryable_locked = drop_old_answers
storage.Storage._iter_indexes = indexes_once
storage.Storage._maybe_mark_multikey = mark_arrays_and_forget
commands._maybe_record_profile = lambda *_command: None
commands.dispatch = answer_and_forget

from secantus import server

server.dispatch = answer_and_forget

from secantus.cli import main

sys.exit(main(flags))
`;
