import type { Page } from 'playwright-core';

/** What this needs of a page's global object. */
interface MediaPage {
  RTCPeerConnection: new (configuration?: object) => object;
}

/**
 * A network that lets no media through, until the page is loaded anew: neither UDP nor TCP to the
 * media server. Only relays are allowed, as a browser's policy would, and there is none.
 */
export async function forbidMedia(page: Page): Promise<void> {
  await page.evaluate(() => {
    const scope = globalThis as unknown as MediaPage;
    const Usual = scope.RTCPeerConnection;
    scope.RTCPeerConnection = class extends Usual {
      constructor(configuration?: object) {
        super({ ...configuration, iceTransportPolicy: 'relay' });
      }
    };
  });
}

/**
 * Lets a page's scripts stand still, as those of a frozen page do. (Freezing it by the protocol's
 * `Page.setWebLifecycleState` has no effect on a headless page, which always counts as visible.)
 * @returns wakes it up
 */
export async function putToSleep(page: Page): Promise<() => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Debugger.enable');
  await devtools.send('Debugger.pause');
  return async () => {
    await devtools.send('Debugger.resume');
  };
}

interface SoundPage {
  HTMLMediaElement: { prototype: { play(this: { muted: boolean }): Promise<void> } };
  addEventListener(type: string, listener: () => void, options: object): void;
}

/** A browser that lets a page make no sound before somebody touches it; a driven one never is so. */
export async function forbidSound(page: Page): Promise<void> {
  await page.evaluate(() => {
    const scope = globalThis as unknown as SoundPage;
    const { prototype } = scope.HTMLMediaElement;
    const usual = prototype.play;
    let isTouched = false;
    scope.addEventListener('pointerdown', () => void (isTouched = true), { capture: true });
    prototype.play = function play() {
      if (this.muted || isTouched) return usual.call(this);
      return Promise.reject(new DOMException('Nobody has touched it.', 'NotAllowedError'));
    };
  });
}
