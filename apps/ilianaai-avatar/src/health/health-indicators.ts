import type { HealthIndicator } from '#platform';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { LiveAvatarClient } from '../vendors/liveavatar/liveavatar.client.js';

/** Petya and the vendor are said to be up or down by what the last calls showed. */
export const healthOptions = {
  inject: [PetyaCircuit, LiveAvatarClient],
  useFactory: (petya: PetyaCircuit, vendor: LiveAvatarClient): HealthIndicator[] => [
    { name: 'petya', state: () => (petya.isOpen ? 'down' : 'up') },
    { name: 'liveavatar', state: () => (vendor.isReachable ? 'up' : 'down') },
  ],
};
