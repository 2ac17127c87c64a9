import type { HealthIndicator } from '#platform';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';

/**
 * Petya and the vendors are said to be up or down by what the last calls showed, and so are a vendor's
 * credits: without them no session starts, and all that run end.
 */
export const healthOptions = {
  inject: [PetyaCircuit, VendorRegistry],
  useFactory: (petya: PetyaCircuit, vendors: VendorRegistry): HealthIndicator[] => [
    { name: 'petya', state: () => (petya.isOpen ? 'down' : 'up') },
    ...vendors.enabled().flatMap((vendor): HealthIndicator[] => [
      { name: vendor.name, state: () => (vendor.isReachable ? 'up' : 'down') },
      { name: `${vendor.name}_credits`, state: () => (vendor.hasCredits ? 'up' : 'down') },
    ]),
  ],
};
