import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PlainFailure } from './say.js';
import { portOf } from './variables.js';

/**
 * Where no system takes the ports from that it gives out by itself, as for outgoing connections;
 * above those that browsers refuse (fetch.spec.whatwg.org, "bad port": 10080 is the highest).
 */
const FIRST_PORT = 11_000;
const LAST_PORT = 29_999;

/**
 * A port nobody listens on at this moment. The system itself will not give it to anybody before it
 * is used, which one that it was asked for (port 0) may be: it ends a program that starts slowly.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    try {
      return await listenBriefly(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** Several different ones. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/**
 * Reads a port from a variable and makes sure that it is free.
 * @throws Error with one sentence naming the port and the variable that changes it
 */
export async function requirePort(what: string, variable: string, usual: number): Promise<number> {
  const port = portOf(variable, usual);
  try {
    return await listenBriefly(port);
  } catch (cause) {
    const denied = (cause as NodeJS.ErrnoException).code === 'EACCES';
    const example = port === 65535 ? usual : port + 1;
    throw new PlainFailure(
      `Port ${port} for ${what} ${denied ? 'may not be opened' : 'is in use'}: ` +
        `${denied ? '' : 'end the program that uses it, or '}choose another one, ` +
        `for example ${variable}=${example} npm start.`,
      { cause },
    );
  }
}

function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    // Without an address: a listener on any of them is in the way.
    server.listen({ port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
