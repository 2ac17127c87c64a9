import { compareIdle } from './relay/idle.js';
import { compareSizes } from './relay/sizes.js';
import { measureStoppedReader } from './relay/stopped-reader.js';
import { compareTalking } from './relay/talking.js';
import { startVendor } from './relay/vendor.js';
import { installPeers } from './rest/peers.js';
import { pin } from './rest/process-cpu.js';

/*
 * The relay, transcript kept, beside its peers: `bare` reads every message and sends it again with
 * `ws` and `bufferutil`, `pipe` knows of bytes only. Clients and vendor are this process.
 */
await installPeers();
pin(process.pid, 'other');
const vendorPort = await startVendor();
await compareSizes(vendorPort);
await compareTalking(vendorPort);
await measureStoppedReader(vendorPort);
await compareIdle(vendorPort);
process.exit();
