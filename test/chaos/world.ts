import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { LimitSettingsDto } from '#contracts';
import { hostsOf } from '../stack/database-uri.js';
import { type Database, startDatabase } from '../stack/database.js';
import { callApi } from '../stack/json-api.js';
import type { ManagedProcess, ProcessSpec } from '../stack/managed-process.js';
import { freePorts } from '../stack/ports.js';
import { Processes } from '../stack/processes.js';
import {
  avatarProgram,
  localUrl,
  petyaProgram,
  simulatorProgram,
  type Wiring,
} from '../stack/programs.js';
import { cachePath, compiledPath } from '../stack/project-root.js';
import { generateSecrets } from '../stack/secrets.js';
import { ReplicaSetProxy } from '../support/replica-set-proxy/replica-set-proxy.js';
import { SimulatorControl } from '../vendor-simulator/simulator.control.js';
import { scaledEnv } from './budgets.js';
import { bundledApps } from './bundled-apps.js';
import { FaultProxy } from './fault-proxy.js';
import { holdsWithin } from './holds-within.js';

export interface Account {
  readonly accountId: string;
  readonly apiKey: string;
}

export interface WorldOptions {
  readonly logFolder: string;
  /** The compiled tree to run, for trees with a fault put into them. */
  readonly buildRoot?: string;
  readonly avatarEnv?: Readonly<Record<string, string>>;
  /** Two when missing. */
  readonly replicas?: number;
  /** The apps reach the database through a proxy, and its data outlives its server. */
  readonly dataDir?: string;
  /** Of the replica set that the database is, where it is MongoDB itself. */
  readonly members?: number;
  /** The apps see the database as a replica set, which can hold elections. */
  readonly hasReplicaSet?: boolean;
  /** The replicas serve the legacy vendor as well. */
  readonly heygen?: boolean;
}

/** A replica with the proxy that its clients use. */
export interface Replica {
  readonly process: ManagedProcess;
  readonly proxy: FaultProxy;
  readonly url: string;
}

/** Something that was done to the world, for the evidence. */
export interface Incident {
  readonly atMs: number;
  readonly what: string;
}

/** Longest that an election is waited for. */
const ELECTED_MS = 60_000;

/** The name beside the operator's token at the gateway. */
export const OPERATOR_NAME = 'chaos-operator';

const ORIGIN = 'https://shop.example.test';
const CONTEXT_ID = '5b9a2c0e-7d31-4c43-9f0b-8a6f6f0f4e21';

/** Everything the harness runs and disturbs: replicas, Petya, the vendor, the database, the wires. */
export class World {
  readonly incidents: Incident[] = [];
  readonly accounts: Account[] = [];
  readonly control: SimulatorControl;
  readonly replicas: Replica[] = [];
  /** Processes that are meant to be away at the moment: their silence is planned. */
  private constructor(
    readonly options: WorldOptions,
    readonly database: Database,
    readonly processes: Processes,
    readonly wiring: Wiring,
    readonly petyaProxy: FaultProxy,
    readonly vendorProxy: FaultProxy,
    readonly databaseProxy: FaultProxy | null,
    private readonly replicaSetProxy: ReplicaSetProxy | null,
    private readonly client: mongoose.mongo.MongoClient,
  ) {
    this.control = new SimulatorControl(localUrl(wiring.simulatorPort));
  }

  static async start(options: WorldOptions): Promise<World> {
    const database = await startInTurn(options);
    const client = new mongoose.mongo.MongoClient(database.uri, { serverSelectionTimeoutMS: 3000 });
    const [simulatorPort = 0, petyaPort = 0, avatarPort = 0] = await freePorts(3);
    const secrets = generateSecrets();
    const wiring = { mongodbUri: database.uri, secrets, simulatorPort, petyaPort, avatarPort };
    const petyaProxy = await FaultProxy.open(petyaPort);
    const vendorProxy = await FaultProxy.open(simulatorPort);
    const databasePort = hostsOf(database.uri)[0]?.port ?? 0;
    const databaseProxy =
      options.dataDir === undefined ? null : await FaultProxy.open(databasePort);
    const replicaSet = options.hasReplicaSet ? await ReplicaSetProxy.open(database.uri) : null;
    const world = new World(
      options,
      database,
      new Processes(options.logFolder),
      { ...wiring, logLevel: 'info', heygen: options.heygen },
      petyaProxy,
      vendorProxy,
      databaseProxy,
      replicaSet,
      client,
    );
    try {
      await world.startPrograms();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  get petya(): ManagedProcess {
    return this.processes.get('petya-avatar-api');
  }

  get petyaUrl(): string {
    return localUrl(this.wiring.petyaPort);
  }

  get origin(): string {
    return ORIGIN;
  }

  get replicaSet(): ReplicaSetProxy {
    if (this.replicaSetProxy === null) throw new Error('This world’s database is no replica set.');
    return this.replicaSetProxy;
  }

  get simulatorUrl(): string {
    return localUrl(this.wiring.simulatorPort);
  }

  /** A database of one of the apps, read past them. */
  db(name: 'avatar' | 'petya'): mongoose.mongo.Db {
    return this.client.db(name);
  }

  /**
   * Its primary gives up being one, and may be elected again after so many seconds.
   * @returns when there is a primary again
   */
  async stepDown(seconds: number): Promise<void> {
    const admin = this.client.db('admin');
    await admin.command({ replSetStepDown: seconds, force: true }).catch((error: unknown) => {
      // Whoever steps down may cut its connections, this one too.
      if (!(error instanceof mongoose.mongo.MongoNetworkError)) throw error;
    });
    const isPrimary = async (): Promise<boolean> => {
      const { isWritablePrimary } = await admin.command({ hello: 1 });
      return isWritablePrimary === true;
    };
    const isThere = await holdsWithin(() => isPrimary().catch(() => false), ELECTED_MS);
    if (!isThere) throw new Error('The database has no primary again.');
  }

  /** The next commands of the named kinds fail at the server. */
  async failCommands(
    data: { failCommands: readonly string[]; errorCode: number },
    times: number,
  ): Promise<void> {
    const admin = this.client.db('admin');
    await admin.command({ configureFailPoint: 'failCommand', mode: { times }, data });
  }

  replica(index: number): Replica {
    const found = this.replicas[index];
    if (found === undefined) throw new Error(`There is no replica ${index}.`);
    return found;
  }

  /** Writes down what is done to the world. */
  note(what: string): void {
    this.incidents.push({ atMs: Date.now(), what });
  }

  /** @param limits more than any scenario needs where they say nothing else */
  async addAccount(name: string, limits: LimitSettingsDto = {}): Promise<Account> {
    const url = `${this.petyaUrl}/api/v1/admin/accounts`;
    const bearer = this.wiring.secrets.adminToken;
    const { accountId } = await callApi<{ accountId: string }>(url, {
      bearer,
      body: {
        name,
        allowedOrigins: [ORIGIN],
        avatar: { knowledgeBaseId: CONTEXT_ID },
        limits: { maxConcurrentSessions: 1000, ...limits },
      },
    });
    const key = await callApi<{ key: string }>(`${url}/${accountId}/keys`, { bearer, body: {} });
    const account = { accountId, apiKey: key.key };
    this.accounts.push(account);
    return account;
  }

  /** Changes what an account may do while it is being used. */
  async limit({ accountId }: Account, limits: LimitSettingsDto): Promise<void> {
    const url = `${this.petyaUrl}/api/v1/admin/accounts/${accountId}`;
    const bearer = this.wiring.secrets.adminToken;
    await callApi(url, { method: 'PATCH', bearer, body: { limits } });
  }

  /** Takes every fault away and brings back whoever is away. */
  async heal(): Promise<void> {
    for (const proxy of this.proxies()) proxy.heal();
    this.replicaSetProxy?.heal();
    await this.control.clearFaults();
    const all = [this.petya, ...this.replicas.map(({ process }) => process)];
    await Promise.all(all.filter((each) => !each.isRunning).map((each) => each.start()));
  }

  async stop(): Promise<void> {
    await this.processes.killAll();
    for (const proxy of this.proxies()) await proxy.close();
    await this.replicaSetProxy?.close();
    await this.client.close();
    await this.database.stop();
  }

  private proxies(): FaultProxy[] {
    const replicas = this.replicas.map(({ proxy }) => proxy);
    const database = this.databaseProxy === null ? [] : [this.databaseProxy];
    return [this.petyaProxy, this.vendorProxy, ...database, ...replicas];
  }

  /** The database as the apps see it. */
  private databaseUri(): string {
    if (this.replicaSetProxy) return this.replicaSetProxy.uri;
    const { databaseProxy } = this;
    if (databaseProxy === null) return this.database.uri;
    return `mongodb://127.0.0.1:${databaseProxy.port}/?directConnection=true`;
  }

  private async startPrograms(): Promise<void> {
    const placed = await placesIn(this.options.buildRoot);
    const seen = { ...this.wiring, mongodbUri: this.databaseUri() };
    const simulator = await this.processes.add(placed(simulatorProgram(this.wiring)));
    const petya = await this.processes.add(placed(petyaProgram(seen)));
    // The replicas see Petya and the vendor through the proxies.
    const outside: Wiring = {
      ...seen,
      simulatorPort: this.vendorProxy.port,
      petyaPort: this.petyaProxy.port,
    };
    for (const port of await freePorts(this.options.replicas ?? 2)) {
      const name = `avatar-${this.replicas.length + 1}`;
      const spec = avatarProgram(outside, { name, port });
      const ADMIN_TOKEN = `${OPERATOR_NAME}:${this.wiring.secrets.adminToken}`;
      const env = { ...spec.env, ADMIN_TOKEN, ...scaledEnv, ...this.options.avatarEnv };
      const process = await this.processes.add(placed({ ...spec, env }));
      const proxy = await FaultProxy.open(port);
      this.replicas.push({ process, proxy, url: localUrl(proxy.port) });
    }
    await Promise.all([simulator, petya].map((process) => process.start()));
    await Promise.all(this.replicas.map(({ process }) => process.start()));
    for (const name of ['one', 'two', 'three']) await this.addAccount(`Account ${name}`);
    await this.control.set({ concurrencyLimit: 100_000 });
  }
}

/** Where programs are run: in a copy of the compiled tree, or in the usual one, the apps bundled. */
async function placesIn(
  buildRoot: string | undefined,
): Promise<(spec: ProcessSpec) => ProcessSpec> {
  if (buildRoot !== undefined) {
    return (spec) => ({ ...spec, entry: spec.entry.replace(compiledPath(), buildRoot) });
  }
  const bundles = await bundledApps();
  return (spec) => ({ ...spec, entry: bundles.get(spec.entry) ?? spec.entry });
}

let lastStart: Promise<unknown> = Promise.resolve();

/** Two servers that start at the same moment would write the same executable. */
function startInTurn({ dataDir, members }: WorldOptions): Promise<Database> {
  const testCommands = dataDir !== undefined;
  const started = lastStart.then(() =>
    startDatabase({ ownServer: true, dataDir, testCommands, members }),
  );
  lastStart = started.catch(() => undefined);
  return started;
}

/** An empty folder for a database's data, of one scenario: others may run beside it. */
export async function freshData(scenario: string): Promise<string> {
  const folder = chaosPath('data', scenario);
  await rm(folder, { recursive: true, force: true });
  return folder;
}

/** A folder below `.cache/chaos`. */
export function chaosPath(...segments: string[]): string {
  return join(cachePath('chaos'), ...segments);
}
