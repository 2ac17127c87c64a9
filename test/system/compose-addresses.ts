import type { ComposeService } from './compose-file.js';

type Services = Readonly<Record<string, ComposeService>>;

/** One address that a service is given. */
export interface Address {
  /** Who goes there: another container, a visitor's browser on the host, or both by the same words. */
  readonly usedBy: 'container' | 'browser' | 'both';
  /** The service that answers there; null: nothing is set, because the program's default stands. */
  readonly to: string | null;
}

/** By service, by variable. */
export type Addresses = Readonly<Record<string, Readonly<Record<string, Address>>>>;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const ADDRESS_NAME = /_(URL|URI|ORIGIN)S?$/;
const ADDRESS_VALUE = /:\/\/|^(localhost|[\w.-]*[a-z][\w.-]*:\d+|[\d.]+:\d+)$/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ws: '80' };

/**
 * What is wrong with the addresses that a compose file gives its containers, a sentence each.
 * `localhost` is another machine for each of them: inside a container it is the container, for a
 * browser it is the host, which knows no service's name and only the ports that are published.
 * @param addresses what each address is for; a variable that looks like one and is missing is a fault
 */
export function addressFaults(services: Services, addresses: Addresses): string[] {
  const given = Object.entries(services).flatMap(([service, { environment }]) =>
    Object.entries(environment)
      .filter(([name, value]) => ADDRESS_NAME.test(name) || ADDRESS_VALUE.test(value))
      .map(([name]) => `${service}: ${name}`),
  );
  const known = Object.entries(addresses).flatMap(([service, rows]) =>
    Object.keys(rows).map((name) => `${service}: ${name}`),
  );
  return [
    ...given.filter((each) => !known.includes(each)).map((each) => `${each} is not in the table`),
    ...Object.entries(addresses).flatMap(([service, rows]) =>
      Object.entries(rows).flatMap(([name, address]) => {
        const value = services[service]?.environment[name];
        return faultsOf(value, address, service, services).map(
          (fault) => `${service}: ${name} ${fault}`,
        );
      }),
    ),
    ...Object.entries(services).flatMap(([name, service]) => checkFaults(name, service, services)),
  ];
}

function faultsOf(
  value: string | undefined,
  { usedBy, to }: Address,
  by: string,
  services: Services,
): string[] {
  if (value === undefined) return ['is not given'];
  if (to === null) return value === '' ? [] : [`is ${value}, and nothing should be set`];
  return hostsOf(value).flatMap(({ host, port }) => {
    const faults: string[] = [];
    if (usedBy === 'container' && !isReached(host, port, to, services))
      faults.push(`is no address of ${to} for a container: ${host}:${port}`);
    if (usedBy === 'both' && !(sharesNetwork(by, to, services) && listens(to, port, services)))
      faults.push(`is no address of ${to} for its own container: ${host}:${port}`);
    if (usedBy !== 'container' && !isPublished(host, port, to, services))
      faults.push(`is no address of ${to} for a browser: ${host}:${port}`);
    return faults;
  });
}

/** Hosts and ports of one URL, of several separated by commas, or of a database's URI with several hosts. */
function hostsOf(value: string): { host: string; port: string }[] {
  return value.split(',').map((entry) => {
    const [, scheme = '', authority = ''] = /^\s*(?:([a-z+]+):\/\/)?([^/?]*)/i.exec(entry) ?? [];
    const [, host = '', port] = /^(?:.*@)?(.*?)(?::(\d+))?$/.exec(authority) ?? [];
    return { host, port: port ?? DEFAULT_PORTS[scheme] ?? '' };
  });
}

/** A container knows another by its service's name and its aliases, at the port it listens on. */
function isReached(host: string, port: string, to: string, services: Services): boolean {
  const owner = networkOf(to, services);
  const aliases = Object.values(services[owner]?.networks ?? {}).flatMap((each) => each.aliases);
  return [owner, ...aliases].includes(host) && listens(to, port, services);
}

/** A browser knows the host's loopback address, at a port that is published and leads to the service. */
function isPublished(host: string, port: string, to: string, services: Services): boolean {
  const { ports = [] } = services[networkOf(to, services)] ?? {};
  return (
    LOOPBACK.includes(host) &&
    ports.some((published) => {
      const [, outer, inner] = /(?:^|:)(\d+):(\d+)(?:\/tcp)?$/.exec(published) ?? [];
      return outer === port && inner !== undefined && listens(to, inner, services);
    })
  );
}

/** A health check runs in its own container: its addresses are its own. */
function checkFaults(name: string, { healthcheck }: ComposeService, services: Services): string[] {
  const urls = [...JSON.stringify(healthcheck ?? '').matchAll(/https?:\/\/([^/"\s]+):(\d+)/g)];
  return urls
    .filter(
      ([, host = '', port = '']) => !(LOOPBACK.includes(host) && listens(name, port, services)),
    )
    .map(([url]) => `${name}: its health check asks ${url}`);
}

/** Whether a service's program listens on a port: as its variables say, and MongoDB on its usual one. */
function listens(name: string, port: string, services: Services): boolean {
  const { environment = {}, image = '' } = services[name] ?? {};
  if (image.startsWith('mongo:')) return port === '27017';
  const config = environment['LIVEKIT_CONFIG'];
  if (config === undefined) return environment['PORT'] === port;
  return String((JSON.parse(config) as { port: number }).port) === port;
}

function sharesNetwork(one: string, other: string, services: Services): boolean {
  return networkOf(one, services) === networkOf(other, services);
}

/** The service whose network a service lives in: usually its own. */
function networkOf(name: string, services: Services): string {
  return /^service:(.+)$/.exec(services[name]?.network_mode ?? '')?.[1] ?? name;
}
