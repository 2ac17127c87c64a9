import { describe, expect, it } from '@jest/globals';
import { keyBox, sealedKeyPlace } from './key-box.js';

const KEY = 'SK_0123456789abcdefghijklmnopqrstuv';
const PEPPER = 'pepper-number-one-of-two';
const RECORD = '6b0159f1a470160ca3a10005';

/** As it lies in databases since before sealed texts were marked. */
const STORED =
  'lrTDbpJDsV0JpZFd8M7ObIwvMYD4EhOI+Akrilp3My/Ds/SbB2ZyTLptX761oCzsRf7igrzBnNnA8CbEAR0U';

describe('a secret key that lies sealed in its record', () => {
  it('opens in the form from before, there and with its pepper only', () => {
    const box = keyBox(['pepper-number-two-of-two', PEPPER]);
    expect(box.open(STORED, sealedKeyPlace(RECORD))).toBe(KEY);
    expect(box.open(STORED, sealedKeyPlace('6b0159f1a470160ca3a10006'))).toBeNull();
    expect(keyBox(['pepper-number-two-of-two']).open(STORED, sealedKeyPlace(RECORD))).toBeNull();
  });

  it('opens in today’s form, there only', () => {
    const box = keyBox([PEPPER]);
    const sealed = box.seal(KEY, sealedKeyPlace(RECORD));
    expect(box.open(sealed, sealedKeyPlace(RECORD))).toBe(KEY);
    expect(box.open(sealed, sealedKeyPlace('6b0159f1a470160ca3a10006'))).toBeNull();
  });
});
