/**
 * What a value, which is always written as text, becomes: a `list` takes several, a `map` one for each
 * name behind its own, a `group` can only be taken away as a whole, and a `switch` has no value.
 */
export type OptionKind = 'text' | 'number' | 'flag' | 'list' | 'map' | 'group' | 'switch';

export interface Option {
  /** Without the dashes; of a nested member with dots. */
  readonly name: string;
  readonly kind: OptionKind;
  /** For people who ask for help. */
  readonly says: string;
}

/** What stands behind the dashes, by the option's name, each value as it was written. */
export type Said = ReadonlyMap<string, readonly string[]>;

/** The option that a name on the command line means; of a map, any name behind its own. */
export function optionNamed(name: string, known: readonly Option[]): Option | undefined {
  return (
    known.find((option) => option.name === name && option.kind !== 'map') ??
    known.find((option) => option.kind === 'map' && isOf(option, name))
  );
}

function isOf(map: Option, name: string): boolean {
  return name === map.name || (name.startsWith(`${map.name}.`) && name !== `${map.name}.`);
}

/** How an option is written, for help and for sentences that list what is known. */
export function writtenForm({ name, kind }: Option): string {
  return kind === 'map' ? `--${name}.NAME` : `--${name}`;
}
