import type { HealthIndicator } from '#platform';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';

/** Petya and the vendors are said to be up or down by what the last calls showed. */
export const healthOptions = {
  inject: [PetyaCircuit, VendorRegistry],
  useFactory: (petya: PetyaCircuit, vendors: VendorRegistry): HealthIndicator[] => [
    { name: 'petya', state: () => (petya.isOpen ? 'down' : 'up') },
    ...vendors.enabled().map((vendor): HealthIndicator => ({
      name: vendor.name,
      state: () => (vendor.isReachable ? 'up' : 'down'),
    })),
  ],
};
