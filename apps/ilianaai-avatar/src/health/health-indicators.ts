import type { HealthIndicator } from '#platform';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { HeyGenClient } from '../vendors/heygen/heygen.client.js';
import { LiveAvatarClient } from '../vendors/liveavatar/liveavatar.client.js';

/** Petya and the vendors are said to be up or down by what the last calls showed. */
export const healthOptions = {
  inject: [PetyaCircuit, LiveAvatarClient, HeyGenClient],
  useFactory: (
    petya: PetyaCircuit,
    liveAvatar: LiveAvatarClient,
    heyGen: HeyGenClient,
  ): HealthIndicator[] => [
    { name: 'petya', state: () => (petya.isOpen ? 'down' : 'up') },
    ...[liveAvatar, ...(heyGen.isEnabled ? [heyGen] : [])].map((vendor): HealthIndicator => ({
      name: vendor.name,
      state: () => (vendor.isReachable ? 'up' : 'down'),
    })),
  ],
};
