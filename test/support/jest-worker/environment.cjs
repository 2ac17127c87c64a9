'use strict';
const path = require('node:path');
const { TestEnvironment } = require('jest-environment-node');
const { isKept } = require('./kept.cjs');
const { closeFetch, watchHandles } = require('./left-open.cjs');
const { watchOutput } = require('./log-lines.cjs');

/** By project: the environment all files of this process run in. */
const kept = new Map();

/**
 * One global scope for all test files that a worker runs, so that what `runtime.cjs` keeps loaded is of
 * the same realm as the files: `instanceof Error` means in each what it means in one. Whatever a file
 * did to the scope is undone at its end. A file that leaves something open fails, and so does a file of
 * unit tests that prints an app's log.
 */
module.exports = class WorkerEnvironment extends TestEnvironment {
  constructor({ globalConfig, projectConfig }, context) {
    const before = kept.get(projectConfig.id);
    if (before) {
      before.testPath = context.testPath;
      return before;
    }
    super({ globalConfig, projectConfig }, context);
    this.testPath = context.testPath;
    // Lines of the others' apps are kept from the output and looked through.
    this.isQuiet = projectConfig.displayName?.name === 'unit';
    if (!isKept(globalConfig)) return;
    // Each file's modules wait for the process's end anew; Node would warn of a leak at the 11th.
    this.global.process.setMaxListeners(0);
    this.pristine = describe(this.global);
    this.pristineProcess = describe(this.global.process);
    this.pristineVariables = { ...process.env };
    this.giveUp = () => kept.delete(projectConfig.id);
    kept.set(projectConfig.id, this);
  }

  async setup() {
    await super.setup();
    this.hasFailed = false;
    const file = path.relative(process.cwd(), this.testPath);
    this.watched = watchHandles(file);
    this.printed = this.isQuiet ? watchOutput(file) : null;
  }

  handleTestEvent(event) {
    if (event.name === 'hook_failure') this.hasFailed = true;
    if (event.name === 'test_done' && event.test.errors.length > 0) this.hasFailed = true;
  }

  async teardown() {
    const logged = this.printed?.end();
    try {
      await closeFetch();
      await this.watched?.end();
      if (logged) throw new Error(logged);
    } catch (error) {
      // A test that fails leaves open what it would have closed, and Jest would tell only of that.
      if (!this.hasFailed) throw error;
      process.stderr.write(`${error.message}\n`);
    } finally {
      await this.undo();
    }
  }

  async undo() {
    if (!this.pristine || this.mustEnd) {
      this.giveUp?.();
      return await super.teardown();
    }
    this.fakeTimers.useRealTimers();
    this.fakeTimersModern.useRealTimers();
    restore(this.global.process, this.pristineProcess);
    restoreVariables(this.global.process.env, this.pristineVariables);
    restore(this.global, this.pristine);
  }
};

function describe(object) {
  return new Map(
    Reflect.ownKeys(object).map((key) => [key, Reflect.getOwnPropertyDescriptor(object, key)]),
  );
}

function restore(object, pristine) {
  for (const key of Reflect.ownKeys(object)) {
    if (!pristine.has(key)) Reflect.deleteProperty(object, key);
  }
  for (const [key, was] of pristine) {
    const is = Reflect.getOwnPropertyDescriptor(object, key);
    const changed = is === undefined || is.value !== was.value || is.get !== was.get;
    // A global that Node makes at its first use has become a value; it is no change of a test's.
    const made = is !== undefined && 'get' in was && 'value' in is && is.value === globalThis[key];
    if (changed && !made) Reflect.defineProperty(object, key, was);
  }
}

function restoreVariables(variables, pristine) {
  for (const name of Object.keys(variables)) if (!(name in pristine)) delete variables[name];
  Object.assign(variables, pristine);
}
