import type {
  InsertedLine,
  OwnedLine,
  TurnOwner,
} from '../../apps/ilianaai-avatar/src/transcript/turn.repository.js';
import type { WitnessLine } from '../../apps/ilianaai-avatar/src/transcript/witness.js';

/** The turns in memory: a key of a source stands once. Each question takes as `MemorySessions`. */
export class MemoryTurns {
  readonly lines = new Map<string, { readonly owner: string; readonly line: WitnessLine }>();

  constructor(private readonly pause: () => Promise<void>) {}

  async insertAll(lines: readonly OwnedLine[]): Promise<InsertedLine[]> {
    const results: InsertedLine[] = [];
    await this.pause();
    for (const { owner, line } of lines) {
      // A server writes one after the other, and others may read in between.
      if (results.length > 0) await this.pause();
      results.push(this.put(owner, line));
    }
    await this.pause();
    return results;
  }

  async placeAll(owner: TurnOwner, lines: readonly WitnessLine[]): Promise<number> {
    await this.pause();
    let replaced = 0;
    for (const line of lines) {
      const standing = this.lines.get(nameOf(owner.id, line));
      if (standing && standing.line.text !== line.text) replaced += 1;
      this.lines.set(nameOf(owner.id, line), { owner: owner.id, line });
    }
    await this.pause();
    return replaced;
  }

  async list({ id }: TurnOwner): Promise<WitnessLine[]> {
    await this.pause();
    const found = [...this.lines.values()].flatMap(({ owner, line }) => (owner === id ? line : []));
    await this.pause();
    return found;
  }

  async count(owner: TurnOwner): Promise<number> {
    return (await this.list(owner)).length;
  }

  async removeAll({ id }: TurnOwner): Promise<void> {
    await this.pause();
    for (const [name, { owner }] of this.lines) if (owner === id) this.lines.delete(name);
    await this.pause();
  }

  private put(owner: TurnOwner, line: WitnessLine): InsertedLine {
    const name = nameOf(owner.id, line);
    const standing = this.lines.get(name);
    if (standing) return standing.line.text === line.text ? 'repeated' : 'conflict';
    this.lines.set(name, { owner: owner.id, line });
    return 'stored';
  }
}

function nameOf(owner: string, { source, key }: WitnessLine): string {
  return `${owner} ${source} ${key}`;
}
