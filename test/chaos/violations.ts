export type ViolationKind =
  'lost' | 'doubled' | 'left running' | 'foreign' | 'budget' | 'order' | 'answer' | 'state';

/** Something that a promise of the engine does not allow. */
export interface Violation {
  readonly kind: ViolationKind;
  /** The plugin it happened to, where it is one's. */
  readonly tag: string | null;
  readonly evidence: string;
}
