import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledPath, projectRoot } from '../../stack/project-root.js';

/** A program of this bench that answers messages, one at a time. */
export class Forked<Hello, Ask, Answer> {
  private constructor(
    private readonly child: ChildProcess,
    /** What it said first. */
    readonly hello: Hello,
  ) {}

  /** Starts a program of the compiled tree, or a peer's as it stands in the repository. */
  static async start<Hello, Ask, Answer>(
    file: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Forked<Hello, Ask, Answer>> {
    const isPeer = file.endsWith('.mjs');
    const folder = isPeer
      ? `${projectRoot}/test/bench/peers`
      : compiledPath('test', 'bench', 'rest');
    const child = fork(`${folder}/${file}`, [...args], {
      env: { PATH: process.env['PATH'], ...env },
    });
    const [hello] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended while starting`))),
    ])) as [Hello];
    return new Forked(child, hello);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async ask(question: Ask): Promise<Answer> {
    this.child.send(question as object);
    const [answer] = (await once(this.child, 'message')) as [Answer];
    return answer;
  }

  stop(): void {
    this.child.disconnect();
  }
}
