import { describe, expect, it } from '@jest/globals';
import { serverOf } from './database-server.js';

describe('which server answers', () => {
  it.each([
    [{ version: '8.2.6', modules: [] }, 'MongoDB', 'MongoDB 8.2.6'],
    [{ version: '7.0.5', modules: ['enterprise'] }, 'MongoDB', 'MongoDB 7.0.5'],
    [{}, 'MongoDB', 'MongoDB of no version'],
    [
      { version: '8.2.11', secantusVersion: '0.7.0b3' },
      'SecantusDB',
      'SecantusDB 0.7.0b3 (speaks MongoDB 8.2.11)',
    ],
    [
      { version: '7.0.42', ferretdbVersion: 'v1.24.2', ferretdbFeatures: {} },
      'FerretDB 1',
      'FerretDB v1.24.2 (speaks MongoDB 7.0.42)',
    ],
    [
      { version: '7.0.77', ferretdb: { version: 'v2.7.0', package: 'docker' } },
      'FerretDB',
      'FerretDB v2.7.0 (speaks MongoDB 7.0.77)',
    ],
  ])('%j', (buildInfo, server, description) => {
    expect(serverOf(buildInfo)).toEqual({ server, description });
  });
});
