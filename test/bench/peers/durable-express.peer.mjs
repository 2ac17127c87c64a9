import { MongoClient } from 'mongodb';
import process from 'node:process';
import { serveExpress } from './express-service.mjs';
import { bearerOf, newSession, turnOf } from './plain-session.mjs';

/*
 * The plain way, with sessions and turns in MongoDB by its plain driver, as durable as ours: what
 * was answered survives a crash. It still checks nothing, ends nothing and repeats nothing.
 */
const client = await MongoClient.connect(process.env.MONGODB_URI, {
  writeConcern: { w: 'majority', journal: true },
  readConcern: { level: 'majority' },
});
const sessions = client.db().collection('sessions');
const turns = client.db().collection('turns');
await turns.createIndex({ sessionId: 1, at: 1 });

const set = ({ token }, members) => sessions.updateOne({ _id: token }, { $set: members });

serveExpress({
  async open(opened, config, body) {
    const session = newSession(opened, config, body);
    const { transcript: _none, token, ...members } = session;
    await sessions.insertOne({ _id: token, ...members });
    return opened;
  },
  async find(authorization, id) {
    const found = await sessions.findOne({ _id: bearerOf(authorization), isClosed: { $ne: true } });
    if (!found || (id !== undefined && found.id !== id)) return null;
    return { ...found, token: found._id };
  },
  start: (session) => set(session, { startedAt: Date.now() }),
  see: (session) => set(session, { seenAt: Date.now() }),
  async say(session, body) {
    const turn = turnOf(body);
    if (turn === null) return null;
    const { message_id, line } = turn;
    await turns.insertOne({
      _id: `${session.id} ${message_id}`,
      sessionId: session.id,
      at: Date.now(),
      line,
    });
    return message_id;
  },
  async transcript({ id }) {
    const said = await turns.find({ sessionId: id }).sort({ at: 1 }).toArray();
    return said.map(({ line }) => line);
  },
  stop: (session) => set(session, { isClosed: true }),
  close: (session) => set(session, { isDelivered: true }),
});
