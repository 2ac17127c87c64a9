import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/** Methods of an app's repositories, which alone ask its database for records. */
export class Reached {
  private readonly called = new Set<string>();
  private readonly all: string[] = [];

  /** From now on each call of a repository of the app is noted. */
  constructor(app: INestApplication) {
    for (const repository of repositoriesOf(app)) this.watch(repository);
  }

  /** Those that nobody has called, as `SessionRepository.claim`. */
  get missing(): string[] {
    return this.all.filter((name) => !this.called.has(name)).toSorted();
  }

  private watch(repository: Record<string, unknown>): void {
    const prototype = Object.getPrototypeOf(repository) as Record<string, unknown>;
    for (const method of Object.getOwnPropertyNames(prototype)) {
      const own = prototype[method];
      if (method === 'constructor' || typeof own !== 'function') continue;
      const name = `${prototype.constructor.name}.${method}`;
      this.all.push(name);
      repository[method] = (...parameters: unknown[]): unknown => {
        this.called.add(name);
        return own.apply(repository, parameters);
      };
    }
  }
}

function repositoriesOf(app: INestApplication): Record<string, unknown>[] {
  const modules = [...app.get(ModulesContainer).values()];
  const providers = modules.flatMap(({ providers }) => [...providers.values()]);
  const instances = new Set(providers.map(({ instance }): unknown => instance));
  return [...instances].filter(
    (instance): instance is Record<string, unknown> =>
      typeof instance === 'object' &&
      instance !== null &&
      instance.constructor.name.endsWith('Repository'),
  );
}
