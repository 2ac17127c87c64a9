import { buildLiveKit, canBuildLiveKit, findLiveKit } from './livekit.js';
import { say } from './say.js';

/* Before the tests, so that none of them waits for the compiler; they say so where it cannot be had. */
if ((await findLiveKit()) === undefined && (await canBuildLiveKit())) {
  say('Building LiveKit with Go (once, one to three minutes) …');
  await buildLiveKit();
}
