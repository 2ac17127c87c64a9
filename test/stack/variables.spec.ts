import { describe, expect, it } from '@jest/globals';
import { PlainFailure } from './say.js';
import { optional, portOf, required, requiredList, requiredUrl } from './variables.js';

const quoted = 'NAME must stand without the quotes around it.';
const noPort = 'NAME must be a port, 1 to 65535.';
const noUrl = 'NAME must be an http(s) URL without path, query or credentials.';

describe('the variables of the stack', () => {
  it.each([
    ['as it is', required, 'some words', 'some words'],
    ['without the line end of a file', required, ' word\r\n', 'word'],
    ['none', optional, undefined, undefined],
    ['none for an empty one', optional, ' \n', undefined],
    ['a list', requiredList, 'one, two\n', ['one', 'two']],
    ['an address', requiredUrl, 'http://petya:5000', 'http://petya:5000'],
    ['an address with a slash', requiredUrl, 'http://petya:5000/\n', 'http://petya:5000'],
  ])('are read: %s', (_, read, value, expected) => {
    expect(read('NAME', { NAME: value })).toEqual(expected);
  });

  it.each([
    ['nothing', required, undefined, 'NAME is not set.'],
    ['an empty one', required, '\n', 'NAME is not set.'],
    ['quotes', required, '"word"', quoted],
    ['quotes around one that may be missing', optional, "'word'", quoted],
    ['quotes around a list', requiredList, '"one,two"', quoted],
    ['a list with a hole', requiredList, 'one,,two', 'NAME has an empty entry.'],
    ['no address', requiredUrl, 'petya:5000', noUrl],
    ['an address with a path', requiredUrl, 'http://petya:5000/api', noUrl],
  ])('are refused by name: %s', (_, read, value, message) => {
    expect(() => read('NAME', { NAME: value })).toThrow(new PlainFailure(message));
  });

  it.each([
    [undefined, 80],
    ['', 80],
    [' 8080\n', 8080],
    ['65535', 65_535],
  ])('give a port: %j is %d', (NAME, port) => {
    expect(portOf('NAME', 80, { variables: { NAME } })).toBe(port);
  });

  it.each(['0', '65536', '80.5', '0x50', '8 0', 'eighty', '-1'])(
    'refuse %j as a port by name',
    (NAME) => {
      expect(() => portOf('NAME', 80, { variables: { NAME } })).toThrow(new PlainFailure(noPort));
    },
  );

  it('give port 0 only where the system may choose, and none where there is no usual one', () => {
    expect(portOf('NAME', 80, { lowest: 0, variables: { NAME: '0' } })).toBe(0);
    expect(() => portOf('NAME', undefined, { variables: {} })).toThrow('NAME is not set.');
  });
});
