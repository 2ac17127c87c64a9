/** What the account in question lists. */
export const LIST = ['https://shop.example.com', 'https://*.example.org'];

/** The page to which a bound token is bound. */
export const HOME = 'https://shop.example.com';

export interface OriginRow {
  readonly name: string;
  /** The `Origin` header; absent for a caller that is no browser. */
  readonly header?: string;
  /** The origin as browsers write it; null where the header is none of http or https. */
  readonly origin: string | null;
  readonly isListed: boolean;
}

function row(name: string, header: string, origin: string | null, isListed = false): OriginRow {
  return { name, header, origin, isListed };
}

/** Every way in which an `Origin` can be close to one that is listed. */
export const ORIGINS: readonly OriginRow[] = [
  { name: 'none', origin: null, isListed: false },
  row('the listed one', HOME, HOME, true),
  row('in upper case', 'HTTPS://SHOP.Example.COM', HOME, true),
  row('with the port it has anyway', 'https://shop.example.com:443', HOME, true),
  row('below the wildcard', 'https://a.example.org', 'https://a.example.org', true),
  row('far below the wildcard', 'https://a.b.example.org', 'https://a.b.example.org', true),
  row('the wildcard’s own parent', 'https://example.org', 'https://example.org'),
  row('another scheme', 'http://shop.example.com', 'http://shop.example.com'),
  row('another scheme below the wildcard', 'http://a.example.org', 'http://a.example.org'),
  row('another port', 'https://shop.example.com:8443', 'https://shop.example.com:8443'),
  row(
    'something behind it',
    'https://shop.example.com.evil.test',
    'https://shop.example.com.evil.test',
  ),
  row('something before it', 'https://evil-shop.example.com', 'https://evil-shop.example.com'),
  row('a label before it', 'https://a.shop.example.com', 'https://a.shop.example.com'),
  row('glued to the wildcard', 'https://evilexample.org', 'https://evilexample.org'),
  row('a trailing dot', 'https://shop.example.com.', 'https://shop.example.com.'),
  row('another account’s', 'https://other.example.net', 'https://other.example.net'),
  row('null', 'null', null),
  row('the wildcard itself', 'https://*.example.org', null),
  row('with a path', 'https://shop.example.com/', null),
  row('with a user', 'https://shop.example.com@evil.test', null),
  row('two at once', 'https://shop.example.com https://evil.test', null),
  row('no web page', 'chrome-extension://shop.example.com', null),
];

/** The headers of a request from there. */
export function headersOf({ header }: OriginRow): Readonly<Record<string, string>> {
  return header === undefined ? {} : { origin: header };
}

/** By what a request's origin is judged. */
export type Judge =
  | 'nothing'
  | 'no credential'
  | 'the operator’s token'
  | 'no operator’s token'
  | 'the list'
  | 'the list and the token’s page'
  | 'no list'
  | 'no list in production';

/** How a request should end: `status` where it is let in. */
export function expectedOutcome(
  judge: Judge,
  { header, origin, isListed }: OriginRow,
  status: number,
) {
  // The operator's routes answer no page, whoever asks.
  if (judge === 'the operator’s token') return `${status}`;
  if (judge === 'no operator’s token') return '401 key_missing';
  const echo = origin === null ? '' : ', echoed';
  if (judge === 'no credential') return `401 key_missing${echo}`;
  const isAdmitted: Record<typeof judge, boolean> = {
    nothing: true,
    'the list': isListed,
    'the list and the token’s page': isListed && origin === HOME,
    'no list': origin !== null,
    'no list in production': false,
  };
  // Who sends no Origin is no browser and is judged by the credential alone.
  const isLetIn = header === undefined || isAdmitted[judge];
  return isLetIn ? `${status}${echo}` : `403 origin_not_allowed${echo}`;
}

/** What a refusal tells whoever owns the page: which origin, and where to add it. */
export function advice({ header = '', origin }: OriginRow): string {
  const name = origin ?? header.replace(/[^\w.:/+-]/g, '?');
  const help =
    origin === null
      ? 'No list can hold it, since it is none of http or https: call from an https page, or from the app itself, without an Origin header.'
      : "Add it to the account's allowed origins.";
  return `The origin ${name} is not on this account's list. ${help}`;
}
