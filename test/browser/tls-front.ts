import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How a page reaches the gateway by TLS on the usual port, as the legacy SDK insists on. */
export interface TlsFront {
  readonly url: string;
  /** Flags by which a browser finds it and believes it. */
  readonly flags: readonly string[];
  close(): Promise<void>;
}

const HOST = 'avatar.test';

/**
 * Ends TLS in front of a local port, as an operator's load balancer does.
 * @throws Error when there is no `openssl` to make a certificate with
 */
export async function startTlsFront(port: number): Promise<TlsFront> {
  const server = createServer({ ...(await newCertificate()) }, (visitor) => {
    const gateway = connect(port, '127.0.0.1');
    visitor.pipe(gateway).pipe(visitor);
    // Either end may be reset; the other one is told by its end.
    visitor.on('error', () => gateway.destroy());
    gateway.on('error', () => visitor.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `https://${HOST}`,
    flags: [
      `--host-resolver-rules=MAP ${HOST}:443 127.0.0.1:${own}`,
      '--ignore-certificate-errors',
    ],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function newCertificate(): Promise<{ key: Buffer; cert: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'tls-front-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${HOST}`];
  try {
    await run('openssl', ['req', '-x509', ...kind, ...files]);
    return { key: await readFile(key), cert: await readFile(cert) };
  } catch (cause) {
    throw new Error('This test needs openssl to make a certificate.', { cause });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
