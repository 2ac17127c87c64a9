import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Its own authority: whoever trusts it believes the host. */
export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** A port where TLS ends. */
export interface TlsEnd {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A certificate for two days.
 * @throws Error when there is no `openssl` to make it with
 */
export async function newCertificate(...hosts: string[]): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}`;
  const subject = ['-subj', `/CN=${hosts[0]}`, '-addext', names];
  const files = ['-keyout', key, '-out', cert, '-days', '2'];
  try {
    await run('openssl', ['req', '-x509', ...kind, ...files, ...subject]);
    return { key: await readFile(key), cert: await readFile(cert) };
  } catch (cause) {
    throw new Error('This test needs openssl to make a certificate.', { cause });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends TLS in front of a local port, as an operator's load balancer does. */
export async function endTls(certificate: Certificate, port: number): Promise<TlsEnd> {
  const server = createServer({ ...certificate }, (visitor) => {
    const behind = connect(port, '127.0.0.1');
    visitor.pipe(behind).pipe(visitor);
    // Either end may be reset; the other one is told by its end.
    visitor.on('error', () => behind.destroy());
    behind.on('error', () => visitor.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return { port: own, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
