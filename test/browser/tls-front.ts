import { endTls, newCertificate } from '../support/tls.js';

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
  const end = await endTls(await newCertificate(HOST), port);
  return {
    url: `https://${HOST}`,
    flags: [
      `--host-resolver-rules=MAP ${HOST}:443 127.0.0.1:${end.port}`,
      '--ignore-certificate-errors',
    ],
    close: () => end.close(),
  };
}
