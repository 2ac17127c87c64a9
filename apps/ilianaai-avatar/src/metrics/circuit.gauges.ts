import { Injectable } from '@nestjs/common';
import type { GaugeSource, Reading } from '#platform';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';

const NAME = 'avatar_circuit_open';

/** Whom this replica calls, and whether it spares them its calls. */
@Injectable()
export class CircuitGauges implements GaugeSource {
  readonly gauges = [
    {
      name: NAME,
      help: 'Whether this replica spares a peer its calls, because the last ones failed: 1 or 0.',
      labels: ['peer'],
    },
  ];

  constructor(
    private readonly petya: PetyaCircuit,
    private readonly vendors: VendorRegistry,
  ) {}

  read(): readonly Reading[] {
    const vendors = this.vendors.enabled().map(({ name, isReachable }) => of(name, !isReachable));
    return [of('petya', this.petya.isOpen), ...vendors];
  }
}

function of(peer: string, isOpen: boolean): Reading {
  return { name: NAME, labels: { peer }, value: isOpen ? 1 : 0 };
}
