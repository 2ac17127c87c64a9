import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePorts, requirePort } from './ports.js';

const variable = 'STACK_PORT_OF_THIS_TEST';
let listener: Server | undefined;

afterEach(async () => {
  delete process.env[variable];
  await new Promise((resolve) => (listener ? listener.close(resolve) : resolve(undefined)));
  listener = undefined;
});

async function occupy(host: string): Promise<number> {
  const server = createServer();
  listener = server;
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as { port: number }).port;
}

describe('requirePort', () => {
  it('takes the port that the variable names, the usual one without it', async () => {
    const [free = 0, usual = 0] = await freePorts(2);
    expect(await requirePort('the page', variable, usual)).toBe(usual);
    process.env[variable] = String(free);
    expect(await requirePort('the page', variable, usual)).toBe(free);
  });

  it.each(['127.0.0.1', '0.0.0.0'])(
    'says in one sentence which port is in use on %s and which variable changes it',
    async (host) => {
      const taken = await occupy(host);
      const message = new RegExp(`^Port ${taken} for the page is in use.*${variable}=${taken + 1}`);
      await expect(requirePort('the page', variable, taken)).rejects.toThrow(message);
    },
  );

  it.each(['0', '65536', '80.5', 'eighty', '"80"'])(
    'refuses %j as a port, naming the variable',
    async (value) => {
      process.env[variable] = value;
      await expect(requirePort('the page', variable, 8080)).rejects.toThrow(variable);
    },
  );
});

describe('freePorts', () => {
  it('gives as many different ports as it is asked for', async () => {
    expect(new Set(await freePorts(20)).size).toBe(20);
  });

  it('gives none that the system may give to somebody else meanwhile', async () => {
    const given = await occupy('127.0.0.1');
    for (const port of await freePorts(20)) expect(port).toBeLessThan(Math.min(given, 30_000));
  });
});
