import { say } from '../stack/say.js';
import { provideChromium } from './chromium.js';

/* Before the browser's tests: Chromium is there, or they will say what is missing. */
await provideChromium(say).catch(() => undefined);
