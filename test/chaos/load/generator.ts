import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledPath } from '../../stack/project-root.js';
import type { Flood, LoadReport, LoadTarget, Measure } from './load.js';

/** The process that makes the load; it takes one order at a time. */
export class Generator {
  private constructor(
    private readonly child: ChildProcess,
    private readonly target: LoadTarget,
  ) {}

  static start(target: LoadTarget): Generator {
    const follow = compiledPath('test', 'stack', 'follow-parent.js');
    const entry = compiledPath('test', 'chaos', 'load', 'load.process.js');
    const child = fork(entry, { execArgv: ['--import', follow], serialization: 'advanced' });
    return new Generator(child, target);
  }

  /** Makes the calls of a load, and waits for their answers. */
  async make(name: string, load: Measure | Flood): Promise<LoadReport> {
    const over = new AbortController();
    const { signal } = over;
    const answered = once(this.child, 'message', { signal }) as Promise<[LoadReport]>;
    const ended = once(this.child, 'exit', { signal }).then((): never => {
      throw new Error('The process that makes the load has ended.');
    });
    this.child.send({ name, target: this.target, load });
    try {
      const [report] = await Promise.race([answered, ended]);
      return report;
    } finally {
      // Neither is listened for any longer.
      over.abort();
    }
  }

  stop(): void {
    this.child.removeAllListeners();
    this.child.kill();
  }
}
