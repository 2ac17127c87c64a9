import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { AvatarError } from '../errors.js';
import { PetyaCircuit } from './petya-circuit.js';

const OPEN_MS = 2_000;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

function aCircuit() {
  const circuit = new PetyaCircuit(
    anAvatarConfig({ CIRCUIT_FAILURES: '3', CIRCUIT_OPEN_SECONDS: '2' }),
  );
  const fail = () => circuit.run(() => Promise.reject(new Error('away'))).catch(() => undefined);
  const failThrice = async () => {
    for (let times = 0; times < 3; times += 1) await fail();
  };
  return { circuit, fail, failThrice };
}

describe('the circuit to Petya', () => {
  it('gives what the call gives and throws what it throws', async () => {
    const { circuit } = aCircuit();
    expect(await circuit.run(() => Promise.resolve(7))).toBe(7);
    await expect(circuit.run(() => Promise.reject(new Error('own')))).rejects.toThrow('own');
  });

  it('opens after the failures in a row, and then makes no call', async () => {
    const { circuit, failThrice } = aCircuit();
    await failThrice();
    expect([circuit.isOpen, circuit.isPassable]).toEqual([true, false]);
    let calls = 0;
    const refused = circuit.run(() => Promise.resolve((calls += 1)));
    await expect(refused).rejects.toThrow(AvatarError);
    await expect(refused).rejects.toMatchObject({
      code: 'petya_unavailable',
      details: { retryAfterSeconds: 2 },
    });
    expect(calls).toBe(0);
  });

  it('stays closed while an answer comes in between, whatever it says', async () => {
    const { circuit, fail } = aCircuit();
    await fail();
    await fail();
    await circuit.run(() => Promise.resolve('a refusal is an answer'));
    await fail();
    await fail();
    expect(circuit.isOpen).toBe(false);
  });

  it('lets one probe through when its time is over; another waits for the outcome', async () => {
    const { circuit, failThrice } = aCircuit();
    await failThrice();
    jest.setSystemTime(OPEN_MS);
    expect(circuit.isPassable).toBe(true);
    let answer: (value: string) => void = () => undefined;
    const probe = circuit.run(() => new Promise<string>((resolve) => (answer = resolve)));
    await expect(circuit.run(() => Promise.resolve('second'))).rejects.toThrow(AvatarError);
    answer('back');
    expect(await probe).toBe('back');
    expect(circuit.isOpen).toBe(false);
  });

  it('tells of a recovery once, and only when it was open', async () => {
    const { circuit, fail, failThrice } = aCircuit();
    let recoveries = 0;
    circuit.onRecovery(() => (recoveries += 1));
    await fail();
    await circuit.run(() => Promise.resolve());
    expect(recoveries).toBe(0);
    await failThrice();
    jest.setSystemTime(OPEN_MS);
    await fail();
    expect(recoveries).toBe(0);
    jest.setSystemTime(2 * OPEN_MS);
    await circuit.run(() => Promise.resolve());
    await circuit.run(() => Promise.resolve());
    expect(recoveries).toBe(1);
  });
});
