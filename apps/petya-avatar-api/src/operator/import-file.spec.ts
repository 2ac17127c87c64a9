import { describe, expect, it } from '@jest/globals';
import { readImport } from './import-file.js';

const wanted = (account: object, key: object = {}) => ({ account, key });

describe('a table', () => {
  it('has the options of create as columns, and its cells become what options would', () => {
    const text = [
      '\ufeffname,allowedOrigins,limits.maxSessionSeconds,avatar.enabled,avatar.variables.shop,key',
      'Blumenhaus,https://a.example https://b.example,60,false,Rose,SE_5799564546777614',
      '',
      '"Café ""Eins"", Bonn","https://a.example,https://b.example",null,,,',
    ].join('\r\n');
    const allowedOrigins = ['https://a.example', 'https://b.example'];
    expect(readImport('a.csv', text)).toEqual([
      {
        line: 2,
        wanted: wanted(
          {
            name: 'Blumenhaus',
            allowedOrigins,
            limits: { maxSessionSeconds: 60 },
            avatar: { enabled: false, variables: { shop: 'Rose' } },
          },
          { key: 'SE_5799564546777614' },
        ),
      },
      {
        line: 4,
        wanted: wanted({
          name: 'Café "Eins", Bonn',
          allowedOrigins,
          limits: { maxSessionSeconds: null },
        }),
      },
    ]);
  });

  it('may be one of a spreadsheet that writes semicolons, and cells may have several lines', () => {
    const text = 'name;avatar.intro\nA, B;"Hello\nyou"\n"C""";Hi "there"\n';
    expect(readImport('A.CSV', text)).toEqual([
      { line: 2, wanted: wanted({ name: 'A, B', avatar: { intro: 'Hello\nyou' } }) },
      { line: 4, wanted: wanted({ name: 'C"', avatar: { intro: 'Hi "there"' } }) },
    ]);
  });

  it('has only those lines refused that are wrong', () => {
    const text =
      'name,avatar.voiceSettings,avatar.voiceSettings.speed\nA,,1\nB,1\nC,null,1\nA,,\n,,1\n';
    expect(readImport('a.csv', text).map(({ line, wanted }) => [line, messageOf(wanted)])).toEqual([
      [2, null],
      [3, 'The line has 2 cells and not 3.'],
      [
        4,
        '--avatar.voiceSettings.speed contradicts what is said of the whole, of which it is a part.',
      ],
      [5, 'Line 2 has this name already: names tell lines apart.'],
      [6, null],
    ]);
  });

  it.each([
    ['', /^FILE is empty/],
    [
      'name,voice\nA,b',
      /^FILE has columns that are not known: voice; known are name, language, .*key\.$/,
    ],
    ['name,name\nA,b', /^FILE has a column twice/],
    ['name,kind\nA,secret', /^FILE has columns that are not known: kind;/],
    ['name,language\nA,en\n"B,en\nC,en\n', /^FILE has a quote in line 3 that nothing closes/],
  ])('like %j is refused as a whole', (text, message) => {
    expect(() => readImport('a.csv', text)).toThrow(message);
  });
});

describe('a JSON list', () => {
  it('has bodies as entries, which may have a key', () => {
    const text = '\ufeff[{"name":"A","limits":{"maxSessionSeconds":"x"},"key":"SE_1"},{"nam":1}]';
    expect(readImport('a.json', text)).toEqual([
      {
        line: 1,
        wanted: wanted({ name: 'A', limits: { maxSessionSeconds: 'x' } }, { key: 'SE_1' }),
      },
      { line: 2, wanted: wanted({ nam: 1 }) },
    ]);
  });

  it('has only those entries refused that are wrong', () => {
    const text = '[{"name":"A\\ud800"},7,[],null,{"name":"A\\udfff"}]';
    const lines = readImport('a.json', text);
    expect(lines.map(({ wanted }) => messageOf(wanted))).toEqual([
      null,
      'The entry must be a JSON object.',
      'The entry must be a JSON object.',
      'The entry must be a JSON object.',
      'Line 1 has this name already: names tell lines apart.',
    ]);
  });

  it.each(['', '{}', '[{"name":"A"}', 'name,language\n'])('like %j is refused', (text) => {
    expect(() => readImport('a.json', text)).toThrow('FILE must hold a JSON list of accounts.');
  });
});

it('a file of another kind is refused', () => {
  expect(() => readImport('accounts.xlsx', '')).toThrow('FILE must end in .csv or .json.');
});

function messageOf(wanted: object): unknown {
  return 'message' in wanted ? wanted.message : null;
}
