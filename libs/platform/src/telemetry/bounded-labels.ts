/** What stands in a label's place where the value would be one of too many. */
export const OTHER = 'other';

export type Labels = Readonly<Record<string, string>>;

/**
 * The sets of label values that one metric has, of which there never are more than so many: the first
 * that come are kept as they are, all later ones share the sets that have `other` in the place of what
 * is not kept.
 */
export class BoundedLabels {
  private readonly known = new Map<string, Labels>();
  private readonly shared: BoundedLabels | null;

  /**
   * @param names of the labels
   * @param most sets as they are
   * @param kept which labels stay as they are in the shared sets, and how many of those there are at most
   */
  constructor(
    private readonly names: readonly string[],
    private readonly most: number,
    private readonly kept: {
      readonly names: readonly string[];
      readonly most: number;
    } | null = null,
  ) {
    this.shared = kept && new BoundedLabels(names, kept.most);
  }

  /** How many sets there may be. */
  get size(): number {
    return this.most + 1 + (this.kept?.most ?? 0);
  }

  /** @param values in the order of the labels' names */
  of(values: readonly string[]): Labels {
    const key = values.join('\n');
    const known = this.known.get(key);
    if (known) return known;
    if (this.known.size >= this.most) return this.beyond(values);
    const labels = Object.fromEntries(this.names.map((name, at) => [name, values[at] ?? OTHER]));
    this.known.set(key, labels);
    return labels;
  }

  private beyond(values: readonly string[]): Labels {
    const { shared, kept } = this;
    if (!shared || !kept) return Object.fromEntries(this.names.map((name) => [name, OTHER]));
    return shared.of(
      this.names.map((name, at) => (kept.names.includes(name) ? (values[at] ?? OTHER) : OTHER)),
    );
  }
}
