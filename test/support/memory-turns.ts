import type {
  InsertedLine,
  OwnedLine,
  TurnOwner,
  TurnRepository,
} from '../../apps/ilianaai-avatar/src/turns/turn.repository.js';
import type { SourceLine } from '../../apps/ilianaai-avatar/src/turns/merge/source-line.js';

/** What of the repository there is in memory; both pass the same tests. */
export type TurnRecords = Pick<
  TurnRepository,
  'insertAll' | 'placeAll' | 'removeVendorLines' | 'list' | 'count' | 'removeAll'
>;

/** The turns in memory: a key of a source stands once. Each question takes as `MemorySessions`. */
export class MemoryTurns implements TurnRecords {
  readonly lines = new Map<string, { readonly owner: TurnOwner; readonly line: SourceLine }>();
  private stored = 0n;

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

  async placeAll(owner: TurnOwner, lines: readonly SourceLine[]): Promise<number> {
    if (lines.length === 0) return 0;
    await this.pause();
    let replaced = 0;
    for (const line of lines) {
      const name = nameOf(owner, line);
      const standing = this.lines.get(name)?.line;
      if (standing && !isSame(standing, line)) replaced += 1;
      this.lines.set(name, { owner, line });
    }
    await this.pause();
    return replaced;
  }

  async removeVendorLines(of: TurnOwner, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.pause();
    for (const [name, { owner, line }] of this.lines) {
      const isMeant = isOwner(owner, of) && line.source === 'vendor' && keys.includes(line.key);
      if (isMeant) this.lines.delete(name);
    }
    await this.pause();
  }

  async list(of: TurnOwner): Promise<SourceLine[]> {
    await this.pause();
    const found = [...this.lines.values()].flatMap(({ owner, line }) =>
      isOwner(owner, of) ? line : [],
    );
    await this.pause();
    return found;
  }

  async count(owner: TurnOwner): Promise<number> {
    return (await this.list(owner)).length;
  }

  async removeAll(of: TurnOwner): Promise<void> {
    await this.pause();
    for (const [name, { owner }] of this.lines) if (isOwner(owner, of)) this.lines.delete(name);
    await this.pause();
  }

  private put(owner: TurnOwner, line: SourceLine): InsertedLine {
    const name = nameOf(owner, line);
    const standing = this.lines.get(name)?.line;
    if (standing) {
      return standing.text === line.text && standing.role === line.role ? 'repeated' : 'conflict';
    }
    this.stored += 1n;
    this.lines.set(name, { owner, line: { ...line, stored: this.stored } });
    return 'stored';
  }
}

function nameOf({ accountId, id }: TurnOwner, { source, key }: SourceLine): string {
  return `${accountId} ${id} ${source} ${key}`;
}

function isOwner(one: TurnOwner, other: TurnOwner): boolean {
  return one.id === other.id && one.accountId === other.accountId;
}

function isSame(one: SourceLine, other: SourceLine): boolean {
  const { role, text, atMs, position } = one;
  return (
    role === other.role && text === other.text && atMs === other.atMs && position === other.position
  );
}
