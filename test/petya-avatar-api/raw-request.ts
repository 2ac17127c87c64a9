import { connect } from 'node:net';

/** What came back over a socket until the server closed it. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Record<string, unknown>;
}

const DEADLINE_MS = 5_000;

/** Writes bytes as they are, for requests no client would send, and reads until the end. */
export function sendRaw(baseUrl: string, request: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request, 'latin1'));
    let text = '';
    socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error(`no end of: ${text}`)));
    socket.on('data', (bytes) => (text += bytes.toString('latin1')));
    socket.on('error', reject);
    socket.on('end', () => {
      socket.destroy();
      resolve(parse(text));
    });
  });
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  const json = rest.join('\r\n\r\n');
  return { status, head, body: json === '' ? {} : (JSON.parse(json) as Record<string, unknown>) };
}
