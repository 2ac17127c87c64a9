import { ConfigError } from '../config/load-config.js';

/** What the variables of a listener begin with: nothing, or `ADMIN_` for the operator's door. */
export type ListenerName = '' | 'ADMIN_';

/** Faults of a host that is none of this machine's. */
const HOST_FAULTS = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EADDRNOTAVAIL', 'EINVAL'];

/** What kept a listener from opening, by the variable that has to be changed; others stay as they are. */
export function listenProblem(error: unknown, name: ListenerName): unknown {
  const { code = '' } = Object(error) as { readonly code?: string };
  if (code === 'EADDRINUSE') {
    return new ConfigError([`${name}PORT is already in use: set it to a free one`]);
  }
  if (code === 'EACCES') {
    return new ConfigError([`${name}PORT may not be opened by this user: set it to one over 1023`]);
  }
  if (HOST_FAULTS.includes(code)) {
    return new ConfigError([`${name}HOST must be an address or a name of this machine`]);
  }
  return error;
}
