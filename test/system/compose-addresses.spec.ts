import { describe, expect, it } from '@jest/globals';
import { type Addresses, addressFaults } from './compose-addresses.js';
import { readCompose } from './compose-file.js';

const good = `
services:
  store: { image: 'mongo:8.0' }
  api:
    ports: ['127.0.0.1:5001:5000']
    environment: { PORT: 5000, STORE_URI: 'mongodb://u:p@store:27017/api?w=majority', SHOP_URL: '' }
    healthcheck: { test: [CMD, ask, 'http://127.0.0.1:5000/health'] }
  rooms:
    environment: { LIVEKIT_CONFIG: '{"port": 7880}' }
    ports: ['127.0.0.1:7880:7880', '127.0.0.1:7881:7881/udp']
    networks: { default: { aliases: [maker] } }
  maker:
    network_mode: service:rooms
    environment: { PORT: 7070, ROOMS_URL: 'ws://127.0.0.1:7880' }
  page:
    ports: ['8080:8000']
    environment:
      PORT: 8000
      HOST: 0.0.0.0
      API_URL: 'http://localhost:5001'
      INNER_URL: 'http://api:5000'
      MAKER_URL: 'http://maker:7070/v1'
      ORIGINS: 'http://localhost:8080,http://127.0.0.1:8080'
`;

const addresses: Addresses = {
  api: {
    STORE_URI: { usedBy: 'container', to: 'store' },
    SHOP_URL: { usedBy: 'container', to: null },
  },
  maker: { ROOMS_URL: { usedBy: 'both', to: 'rooms' } },
  page: {
    API_URL: { usedBy: 'browser', to: 'api' },
    INNER_URL: { usedBy: 'container', to: 'api' },
    MAKER_URL: { usedBy: 'container', to: 'maker' },
    ORIGINS: { usedBy: 'browser', to: 'page' },
  },
};

/** The faults of the good text with one part of it replaced. */
function faultsWith(part: string, other: string): string[] {
  expect(good).toContain(part);
  return addressFaults(readCompose(good.replace(part, other)), addresses);
}

describe('the addresses of a compose file', () => {
  it('are right where each party can reach them', () => {
    expect(addressFaults(readCompose(good), addresses)).toEqual([]);
  });

  it.each([
    [
      'http://api:5000',
      'http://localhost:5000',
      'page: INNER_URL is no address of api for a container: localhost:5000',
    ],
    [
      'http://api:5000',
      'http://127.0.0.1:5000',
      'page: INNER_URL is no address of api for a container: 127.0.0.1:5000',
    ],
    [
      'http://api:5000',
      'http://api:5001',
      'page: INNER_URL is no address of api for a container: api:5001',
    ],
    [
      'http://api:5000',
      'http://api',
      'page: INNER_URL is no address of api for a container: api:80',
    ],
    [
      'http://api:5000',
      'http://store:27017',
      'page: INNER_URL is no address of api for a container: store:27017',
    ],
    ['http://api:5000', '', 'page: INNER_URL is no address of api for a container: :'],
    [
      'http://maker:7070',
      'http://maker:7880',
      'page: MAKER_URL is no address of maker for a container: maker:7880',
    ],
    [
      'aliases: [maker]',
      'aliases: []',
      'page: MAKER_URL is no address of maker for a container: maker:7070',
    ],
    [
      '@store:27017',
      '@localhost:27017',
      'api: STORE_URI is no address of store for a container: localhost:27017',
    ],
    [
      '@store:27017',
      '@store:27017,other:27017',
      'api: STORE_URI is no address of store for a container: other:27017',
    ],
    [
      'http://localhost:5001',
      'http://api:5000',
      'page: API_URL is no address of api for a browser: api:5000',
    ],
    [
      'http://localhost:5001',
      'http://localhost:5000',
      'page: API_URL is no address of api for a browser: localhost:5000',
    ],
    [
      'http://localhost:5001',
      'http://localhost:8080',
      'page: API_URL is no address of api for a browser: localhost:8080',
    ],
    [
      ',http://127.0.0.1:8080',
      ',http://page:8000',
      'page: ORIGINS is no address of page for a browser: page:8000',
    ],
    [
      "ports: ['8080:8000']",
      "ports: ['8081:8000']",
      'page: ORIGINS is no address of page for a browser: localhost:8080',
    ],
    [
      "'127.0.0.1:7880:7880', ",
      '',
      'maker: ROOMS_URL is no address of rooms for a browser: 127.0.0.1:7880',
    ],
    [
      '    network_mode: service:rooms\n',
      '',
      'maker: ROOMS_URL is no address of rooms for its own container: 127.0.0.1:7880',
    ],
    [
      "SHOP_URL: ''",
      "SHOP_URL: 'http://localhost'",
      'api: SHOP_URL is http://localhost, and nothing should be set',
    ],
    ["SHOP_URL: ''", 'SHOP: none', 'api: SHOP_URL is not given'],
    ['HOST: 0.0.0.0', 'BACK_URL: ""', 'page: BACK_URL is not in the table'],
    ['HOST: 0.0.0.0', 'BACK: "https://shop.test"', 'page: BACK is not in the table'],
    ['HOST: 0.0.0.0', 'BACK: "api:5000"', 'page: BACK is not in the table'],
    ['HOST: 0.0.0.0', 'BACK: localhost', 'page: BACK is not in the table'],
    [
      '127.0.0.1:5000/health',
      'localhost:5001/health',
      'api: its health check asks http://localhost:5001',
    ],
    ['127.0.0.1:5000/health', 'api:5000/health', 'api: its health check asks http://api:5000'],
  ])('are named where one cannot be reached: %s, %s', (part, other, fault) => {
    expect(faultsWith(part, other)).toContain(fault);
  });
});
