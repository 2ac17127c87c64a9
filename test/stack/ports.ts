import { createServer } from 'node:net';
import { PlainFailure } from './say.js';

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  return listenBriefly(0);
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
  const text = process.env[variable] ?? String(usual);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 1 && port <= 65535))
    throw new PlainFailure(`${variable} must be a port, 1 to 65535.`);
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
