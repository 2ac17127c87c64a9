import { describe, expect, it } from '@jest/globals';
import { loadEnvironment } from './load-config.js';
import { BaseEnvironment } from './base-environment.js';
import { mongodbUriProblem } from './mongodb-uri.js';

const UNREADABLE = /must be one that MongoDB's driver can read/;
const HOST = 'mongodb://u:p@db.test:27017';

describe('a connection string', () => {
  it.each([
    'mongodb://127.0.0.1/petya',
    'mongodb+srv://u:p%40@cluster0.ab1cd.mongodb.net/avatar?retryWrites=true&w=majority',
    'mongodb://a:1,b:2,[::1]:3/avatar?replicaSet=rs0&authSource=admin&tls=true',
    `${HOST}/avatar?readPreference=primary&readConcernLevel=majority&journal=true`,
    `${HOST}/avatar?directConnection=true&monitorCommands=true`,
    'mongodb://docdb.amazonaws.com.test/avatar',
  ])('is taken: %s', (uri) => {
    expect(mongodbUriProblem(uri)).toBeNull();
  });

  it.each([
    ['http://db/avatar', /mongodb:\/\/ or mongodb\+srv:\/\//],
    ['mongodb:///avatar', /<hosts>/],
    [HOST, /name the database/],
    [`${HOST}/`, /name the database/],
    [`${HOST}/?replicaSet=rs0`, /name the database/],
    [`${HOST}?replicaSet=rs0`, /name the database/],
    [`${HOST}/a?readPreference=secondary`, /not set readPreference other than primary/],
    [`${HOST}/a?READPREFERENCE=nearest`, /readPreference/],
    [`${HOST}/a?read%50reference=nearest`, /readPreference/],
    [`${HOST}/a?readPreference=primary&readPreference=secondary`, /readPreference/],
    [`${HOST}/a?readPreference=primaryPreferred`, /readPreference/],
    [`${HOST}/a?readPreferenceTags=dc:ny`, /not set readPreferenceTags:/],
    [`${HOST}/a?maxStalenessSeconds=90`, /maxStalenessSeconds/],
    [`${HOST}/a?readConcernLevel=local`, /readConcernLevel other than majority/],
    [`${HOST}/a?w=1`, /not set w other than majority/],
    [`${HOST}/a?w=0`, /not set w/],
    [`${HOST}/a?journal=false`, /journal/],
    [`${HOST}/a?timeoutms=1000`, /not set timeoutMS: it has no effect/],
    [`${HOST}/a?replicaSet=rs0&retryWrites=false`, /retryWrites/],
    ['mongodb://u:top%zz@db.test/a', UNREADABLE],
    ['mongodb://u:top@secret@db.test/a', UNREADABLE],
    ['mongodb://u:top/secret@db.test/a', UNREADABLE],
    ['mongodb://u:top#secret@db.test/a', UNREADABLE],
    ['mongodb://u:top?secret@db.test/a', UNREADABLE],
    ['mongodb://<user>:<secret>@db.test:<port>/a', UNREADABLE],
    ['mongodb+srv://a.db.test,b.db.test/a', UNREADABLE],
    ['mongodb://db.test:99999/a', UNREADABLE],
    ['mongodb+srv://db.test:27017/a', UNREADABLE],
    [`${HOST}/a?retryWritez=true`, UNREADABLE],
    [`${HOST}/a?maxPoolSize=many`, UNREADABLE],
    [`${HOST}/a?authMechanism=FOO`, UNREADABLE],
    [`${HOST}/a?loadBalanced=true&replicaSet=rs0`, UNREADABLE],
    ['mongodb://u:p@c.cluster-x.eu-west-1.docdb.amazonaws.com:27017/a', /AWS DocumentDB/],
    ['mongodb://a.test,c.x.docdb.amazonaws.com/a?retryWrites=false', /AWS DocumentDB/],
    ['mongodb://u:p@c.mongo.cosmos.azure.com:10255/?ssl=true&retrywrites=false', /Cosmos DB/],
    ['mongodb+srv://u:p@c.mongocluster.cosmos.azure.com/a', /Cosmos DB/],
  ])('is refused with a sentence: %s', (uri, sentence) => {
    expect(mongodbUriProblem(uri)).toMatch(sentence);
    expect(mongodbUriProblem(uri)).not.toMatch(/top|secret|db\.test/);
    expect(() => loadEnvironment(BaseEnvironment, { MONGODB_URI: uri })).toThrow(sentence);
  });
});
