'use strict';
const { default: Runtime } = require('jest-runtime');
const { isKept } = require('./kept.cjs');

/** By project: the loader all files of this process share. */
const kept = new Map();

/** Parts of Jest that know which file runs: each file has its own. */
const STATEFUL = /\/node_modules\/(jest-circus|expect|@jest\/expect|jest-snapshot)\//u;

/**
 * Loads what is installed once a worker and not once a file: it is most of what a file loads, and
 * none of it changes. The sources of this repository are loaded anew for every file.
 * It reaches into Jest's loader, whose version package-lock.json holds.
 */
module.exports = class WorkerRuntime extends Runtime {
  constructor(...options) {
    const [projectConfig, environment, , , , , testPath, globalConfig] = options;
    const before = kept.get(projectConfig.id);
    if (before) {
      before.begin(testPath);
      return before;
    }
    super(...options);
    if (!isKept(globalConfig)) return;
    this.giveUp = () => kept.delete(projectConfig.id);
    this.environment = environment;
    kept.set(projectConfig.id, this);
  }

  begin(testPath) {
    this._testPath = testPath;
    this.esmLoader.testPath = testPath;
    this.executor.testPath = testPath;
    this.testState.state = 'loading';
  }

  teardown() {
    const { esModuleRegistry, moduleRegistry, internalModuleRegistry } = this.registries;
    if (!this.giveUp || !isWhole(esModuleRegistry)) {
      this.giveUp?.();
      if (this.environment) this.environment.mustEnd = true;
      return super.teardown();
    }
    this.restoreAllMocks();
    const modules = [...esModuleRegistry].filter(([key]) => isInstalled(key) || isOfNode(key));
    const commonModules = [...moduleRegistry].filter(([key]) => isInstalled(key));
    const partsOfJest = [...internalModuleRegistry].filter(([key]) => !STATEFUL.test(key));
    this.registries.clear();
    refill(esModuleRegistry, modules);
    refill(moduleRegistry, commonModules);
    refill(internalModuleRegistry, partsOfJest);
    this.testMainModule.reset();
    this.mockState.clear();
    this.jestGlobals.clearJestObjectCache();
    this.jestGlobals.setEnvGlobalsOverride(undefined);
    this.jestGlobals.cachedEnvGlobals = undefined;
    this.loggedReferenceErrors.clear();
    this.testState.teardown();
  }
};

/** A file that failed while it loaded leaves modules behind that nobody can go on with. */
function isWhole(modules) {
  return [...modules].every(([key, { status }]) => {
    return !isInstalled(key) || status === undefined || status === 'evaluated';
  });
}

function isInstalled(key) {
  return key.includes('/node_modules/');
}

function isOfNode(key) {
  return !key.includes('/');
}

function refill(registry, entries) {
  for (const [key, module] of entries) registry.set(key, module);
}
