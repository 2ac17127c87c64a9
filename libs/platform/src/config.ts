/**
 * What a configuration is read with, under its own name `#platform/config`: it loads neither Nest
 * nor Mongoose, which take most of a start, so that a configuration that does not fit is said first.
 */
export * from './auth/operators.js';
export * from './config/base-environment.js';
export * from './config/env-types.js';
export * from './config/load-config.js';
export * from './config/read-operators.js';
export * from './config/read-variable.js';
export * from './logging/scrubber.js';
export * from './telemetry/traces/trace-settings.js';
export { isOriginPattern } from './origins/origin-policy.js';
