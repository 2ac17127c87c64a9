import { afterAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultProxy } from '../chaos/fault-proxy.js';
import { uriAt, uriWith } from '../stack/database-uri.js';
import { freshDatabase, primaryAddress } from '../support/mongo.js';
import { startPetya } from '../support/petya-app.js';
import { makeTenant } from './tenant.js';

const database = freshDatabase();

afterAll(() => database.drop());

/** Longer than an operation looks for a server. */
const LATE_MS = 5_500;

describe('a database that is there only seconds after the app', () => {
  it.each(['isCut', 'isBlackHole'] as const)(
    'is found, and everybody calls the one that was found (%s)',
    async (fault) => {
      const { host, port } = await primaryAddress(database.uri);
      const proxy = await FaultProxy.open(port, host);
      proxy.state[fault] = true;
      const uri = uriAt(database.uri, `127.0.0.1:${proxy.port}`);
      const starting = startPetya({
        // A certificate is made out to the server's name and not to the proxy's.
        database: { ...database, uri: uriWith(uri, { tlsAllowInvalidHostnames: 'true' }) },
        readyMs: LATE_MS + 5_000,
      });
      const healing = delay(LATE_MS).then(() => proxy.heal());
      const petya = await starting.catch(async (error: unknown) => {
        await proxy.close();
        throw error;
      });
      await healing;
      const tenant = await makeTenant(petya);
      const id = await tenant.openConversation({ visitorId: await tenant.makeVisitor() });
      expect((await tenant.post(id, 'hello')).status).toBe(201);
      expect((await tenant.read(id)).messages).toHaveLength(1);
      await petya.stop();
      await proxy.close();
    },
  );
});
