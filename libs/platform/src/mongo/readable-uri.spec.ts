import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../config/load-config.js';
import { MongoModule } from './mongo.module.js';

const open = (uri: string) => () => MongoModule.forRoot(uri);

describe('a connection string that the driver cannot read', () => {
  it.each([
    ['a port that is none', 'mongodb://db.test:S3CR3T/shop'],
    ['a port that is too large', 'mongodb://db.test:99999/shop'],
    ['a password with a slash', 'mongodb://app:S3CR/ET@db.test/shop'],
    ['a password with a question mark', 'mongodb://app:S3CR?ET@db.test/shop'],
    ['a password with a number sign', 'mongodb://app:S3CR#ET@db.test/shop'],
    ['a password with a per cent sign', 'mongodb://app:S3CR%ET@db.test/shop'],
    ['places that nobody filled in', 'mongodb://<user>:<S3CR3T>@db.test:<port>/shop'],
    ['an option that is none', 'mongodb://db.test/shop?S3CR3T=1'],
    ['an option that has no such value', 'mongodb://db.test/shop?maxPoolSize=S3CR3T'],
    ['two hosts where DNS knows them', 'mongodb+srv://a.db.test,b.db.test/shop'],
    ['a port where DNS knows it', 'mongodb+srv://a.db.test:27017/shop'],
  ])('stops the start by the name of its variable, and repeats nothing of it: %s', (_what, uri) => {
    expect(open(uri)).toThrow(ConfigError);
    expect(open(uri)).toThrow(/MONGODB_URI /);
    expect(open(uri)).not.toThrow(/S3CR|3T|db\.test|shop/);
  });

  it.each([
    'mongodb://127.0.0.1:27017/shop',
    'mongodb://app:p%40ss%2Fword@a.db.test,b.db.test:27018/shop?replicaSet=rs0&authSource=admin',
    'mongodb+srv://app:secret@cluster.db.test/shop?retryWrites=true&w=majority&appName=Shop',
  ])('is not this one: %s', (uri) => {
    expect(open(uri)).not.toThrow();
  });
});
