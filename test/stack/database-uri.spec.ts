import { describe, expect, it } from '@jest/globals';
import { databaseUri, hostsOf, uriAt, uriWith, withoutUser } from './database-uri.js';

describe('databaseUri', () => {
  it.each([
    ['mongodb://h:1/', 'mongodb://h:1/x'],
    ['mongodb://h:1', 'mongodb://h:1/x'],
    ['mongodb://h:1/old', 'mongodb://h:1/x'],
    ['mongodb://h?retryWrites=true', 'mongodb://h/x?retryWrites=true'],
    [
      'mongodb://h/?retryWrites=true&w=majority&appName=a',
      'mongodb://h/x?retryWrites=true&w=majority&appName=a',
    ],
    ['mongodb://h/old?appName=what?', 'mongodb://h/x?appName=what?'],
    ['mongodb://a:1,b:2,[::1]:3/old?replicaSet=rs0', 'mongodb://a:1,b:2,[::1]:3/x?replicaSet=rs0'],
    ['mongodb://%2Ftmp%2Fmongodb-1.sock/old', 'mongodb://%2Ftmp%2Fmongodb-1.sock/x'],
  ])('%s', (base, expected) => {
    expect(databaseUri(base, 'x')).toBe(expected);
  });

  // Without `authSource` a driver looks for the user in the database that is named, or in `admin`.
  it.each([
    ['mongodb://u:p%40s@h', 'mongodb://u:p%40s@h/x?authSource=admin'],
    ['mongodb://u:p@h/', 'mongodb://u:p@h/x?authSource=admin'],
    ['mongodb://u:p@h/?w=majority', 'mongodb://u:p@h/x?w=majority&authSource=admin'],
    ['mongodb://u:p@h/old', 'mongodb://u:p@h/x?authSource=old'],
    ['mongodb://u:p@h/old?authSource=admin', 'mongodb://u:p@h/x?authSource=admin'],
    ['mongodb://u:p@h/old?AUTHSOURCE=users', 'mongodb://u:p@h/x?AUTHSOURCE=users'],
    // What Atlas gives, whose DNS says `authSource=admin`.
    [
      'mongodb+srv://u:p@c.test/old?retryWrites=true&w=majority',
      'mongodb+srv://u:p@c.test/x?retryWrites=true&w=majority&authSource=admin',
    ],
    // Users of no database of the server.
    [
      'mongodb://CN%3Da@h/?authMechanism=MONGODB-X509&tls=true',
      'mongodb://CN%3Da@h/x?authMechanism=MONGODB-X509&tls=true',
    ],
    ['mongodb://u@h/old?authMechanism=GSSAPI', 'mongodb://u@h/x?authMechanism=GSSAPI'],
  ])('the user is found where it was: %s', (base, expected) => {
    expect(databaseUri(base, 'x')).toBe(expected);
  });

  it('what is no connection string is refused, and not repeated: it may hold a password', () => {
    expect(() => databaseUri('postgres://u:secret@h/old', 'x')).toThrow(
      'That is no connection string of MongoDB.',
    );
  });
});

describe('uriWith', () => {
  it.each([
    ['mongodb://h/x', 'mongodb://h/x?monitorCommands=true'],
    ['mongodb://h/x?w=majority', 'mongodb://h/x?w=majority&monitorCommands=true'],
    ['mongodb://h/x?MonitorCommands=false&w=1', 'mongodb://h/x?w=1&monitorCommands=true'],
    ['mongodb://h', 'mongodb://h/?monitorCommands=true'],
  ])('%s', (base, expected) => {
    expect(uriWith(base, { monitorCommands: 'true' })).toBe(expected);
  });
});

describe('uriAt', () => {
  it.each([
    ['mongodb://h/x', 'mongodb://127.0.0.1:1/x?directConnection=true'],
    [
      'mongodb://u:p@a:1,b:2/x?replicaSet=rs0&authSource=admin',
      'mongodb://u:p@127.0.0.1:1/x?replicaSet=rs0&authSource=admin&directConnection=true',
    ],
    [
      'mongodb+srv://h.test/x?w=majority',
      'mongodb://127.0.0.1:1/x?w=majority&tls=true&directConnection=true',
    ],
    ['mongodb+srv://h.test/x?tls=false', 'mongodb://127.0.0.1:1/x?tls=false&directConnection=true'],
  ])('%s', (base, expected) => {
    expect(uriAt(base, '127.0.0.1:1')).toBe(expected);
  });
});

describe('withoutUser', () => {
  it('shows no password', () => {
    expect(withoutUser('mongodb://u:p@a,b/x?w=majority')).toBe('mongodb://a,b/x?w=majority');
  });
});

describe('hostsOf', () => {
  it.each([
    ['mongodb://h/x', [{ host: 'h', port: 27_017 }]],
    [
      'mongodb://u:p@a:1,[::1]:3,[::2]/x?replicaSet=rs0',
      [
        { host: 'a', port: 1 },
        { host: '::1', port: 3 },
        { host: '::2', port: 27_017 },
      ],
    ],
    // Found by DNS.
    ['mongodb+srv://h.test/x', []],
  ])('%s', (base, expected) => {
    expect(hostsOf(base)).toEqual(expected);
  });
});
