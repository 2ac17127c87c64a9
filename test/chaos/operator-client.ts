import { setTimeout as sleep } from 'node:timers/promises';
import type { StoppedManyDto } from '#contracts';
import { ApiFailure, callApi } from '../stack/json-api.js';
import type { StoredSession } from './evidence.js';
import type { World } from './world.js';

/** Pause before a click that was not answered is repeated. */
const AGAIN_MS = 100;

/** Longest that an operator clicks again. */
const PATIENCE_MS = 15_000;

/** Longest that one orders the end of many again. */
const PATIENCE_OF_MANY_MS = 60_000;

/** An operator of the gateway, whose calls reach the replica that is named. */
export class OperatorClient {
  constructor(private readonly world: World) {}

  /** Our own id of a session, by which an operator names it. */
  async idOf(vendorSessionId: string): Promise<string> {
    const sessions = this.world.db('avatar').collection<StoredSession>('sessions');
    const record = await sessions.findOne({ vendorSessionId });
    if (record === null) throw new Error(`There is no record of ${vendorSessionId}.`);
    return record._id;
  }

  /** One click. @returns whether it was answered: a replica may die over it */
  async stop(replica: number, id: string): Promise<boolean> {
    try {
      await this.post(replica, `sessions/${id}/stop`, {});
      return true;
    } catch (error) {
      if (error instanceof ApiFailure && error.status < 500) throw error;
      return false;
    }
  }

  /** Clicks until somebody answers, at one replica and the other. */
  async insistOnStop(first: number, id: string): Promise<boolean> {
    const { replicas } = this.world;
    const deadline = Date.now() + PATIENCE_MS;
    for (let turn = first; Date.now() < deadline; turn += 1) {
      if (await this.stop(turn % replicas.length, id)) return true;
      await sleep(AGAIN_MS);
    }
    return false;
  }

  /** Orders that all are stopped until nothing is left over, each time with the number that was told last. */
  async stopAll(replica: number, expected: number): Promise<void> {
    const deadline = Date.now() + PATIENCE_OF_MANY_MS;
    for (let live = expected; ;) {
      try {
        const json = { all: true, expected: live };
        const { failed } = await this.post<StoppedManyDto>(replica, 'stops', json);
        if (failed === 0) return;
      } catch (error) {
        const told = error instanceof ApiFailure && /Live now: (\d+)\./.exec(error.message);
        if (!told || Date.now() > deadline) throw error;
        live = Number(told[1]);
      }
    }
  }

  private post<T>(replica: number, path: string, body: object): Promise<T> {
    const { url } = this.world.replica(replica);
    const bearer = this.world.wiring.secrets.adminToken;
    return callApi<T>(`${url}/api/v1/admin/${path}`, { bearer, body });
  }
}
