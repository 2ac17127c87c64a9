/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const shared: Config = {
  testEnvironment: 'node',
  // A built package there has the name of its source.
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  // TypeScript sources import each other as `./x.js`, as Node will see them after the build.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

const loadedOnceAWorker = {
  testEnvironment: '<rootDir>/test/support/jest-worker/environment.cjs',
  runtime: '<rootDir>/test/support/jest-worker/runtime.cjs',
};

const config: Config = {
  testSequencer: '<rootDir>/test/support/jest-worker/sequencer.cjs',
  // No test is about this time. What faults of the database interrupt goes on when its lease is over.
  testTimeout: process.env['TEST_DATABASE_FAULTS'] ? 120_000 : 90_000,
  projects: [
    {
      ...shared,
      ...loadedOnceAWorker,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,test}/**/*.spec.ts'],
    },
    {
      ...shared,
      ...loadedOnceAWorker,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/browser/', '<rootDir>/test/wordpress/'],
      setupFilesAfterEnv: ['<rootDir>/test/support/canary-watch.ts'],
      globalSetup: '<rootDir>/test/support/mongo.global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/mongo.global-teardown.mjs',
    },
    {
      ...shared,
      displayName: 'browser',
      testMatch: ['<rootDir>/test/browser/**/*.e2e-spec.ts'],
    },
    {
      ...shared,
      displayName: 'wordpress',
      testMatch: ['<rootDir>/test/wordpress/**/*.e2e-spec.ts'],
    },
  ],
};

export default config;
