import { baseUrlOf, readVariable } from '#platform/config';
import type { Addresses } from './invocation.js';
import { Failure, misuse } from './failure.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The Petya that is asked where nobody names one. */
export interface UsualPetya {
  readonly url: string;
  /** Its admin token, where this machine keeps it; shown to no other Petya. */
  readonly adminToken: () => Promise<string | null>;
}

export interface Connection {
  /** Where the admin routes are, without a path. */
  readonly petya: string;
  readonly adminToken: string;
}

/** What visitors' browsers use; null where nobody has said it. */
export interface PublicAddresses {
  readonly api: string | null;
  readonly gateway: string | null;
}

/**
 * Whom to ask, and as whom.
 * @throws Failure that names the variable or option, and no value
 */
export async function connectionOf(
  addresses: Addresses,
  environment: Environment,
  usual: UsualPetya,
): Promise<Connection> {
  const named = address('petya', 'PETYA_BASE_URL', addresses, environment);
  const token = firstToken(environment) ?? (named === null ? await usual.adminToken() : null);
  if (token !== null) return { petya: named ?? usual.url, adminToken: token };
  throw new Failure({
    type: 'urn:problem:token_missing',
    message: "ADMIN_TOKEN is not set: put Petya's admin token into the environment.",
  });
}

/** @throws Failure that names the variable or option, and no value */
export function publicAddressesOf(addresses: Addresses, environment: Environment): PublicAddresses {
  return {
    api: address('api', 'PETYA_PUBLIC_URL', addresses, environment),
    gateway: address('gateway', 'AVATAR_PUBLIC_URL', addresses, environment),
  };
}

function address(
  option: keyof Addresses,
  name: string,
  addresses: Addresses,
  environment: Environment,
): string | null {
  const said = addresses[option];
  const text = said ?? variable(name, environment);
  if (text === null) return null;
  const url = baseUrlOf(text.trim(), ['/api/v1', '/v1']);
  if (url !== null) return url;
  const where = said === undefined ? name : `--${option}`;
  throw misuse(
    `${where} must be an http(s) URL such as https://petya.example.com, without a user.`,
  );
}

/** Petya takes several while one is replaced; any of them will do. */
function firstToken(environment: Environment): string | null {
  const said = variable('ADMIN_TOKEN', environment);
  if (said === null) return null;
  const first = (said.split(',')[0] ?? said).trim();
  // What is refused as a header would be repeated in the error.
  if (/^[\x21-\x7e]+$/.test(first)) return first;
  throw misuse('ADMIN_TOKEN must hold printable characters without spaces.');
}

function variable(name: string, environment: Environment): string | null {
  const read = readVariable(environment[name]);
  if ('problem' in read) throw misuse(`${name} ${read.problem}.`);
  return read.value;
}
