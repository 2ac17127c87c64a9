import { describe, expect, it } from '@jest/globals';
import { BaseEnvironment } from '../../config/base-environment.js';
import { loadEnvironment } from '../../config/load-config.js';
import { traceSecretsOf, traceSettingsOf } from './trace-settings.js';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';

function settingsOf(variables: Readonly<Record<string, string>>) {
  const env = loadEnvironment(BaseEnvironment, { MONGODB_URI: 'mongodb://db/x', ...variables });
  return { settings: traceSettingsOf(env, 'app'), secrets: traceSecretsOf(env) };
}

describe('where traces go', () => {
  it('is nowhere unless somebody says so', () => {
    expect(settingsOf({}).settings).toBeNull();
    expect(settingsOf({ [HEADERS]: 'api-key=secret' }).settings).toBeNull();
  });

  it.each([
    ['http://collector:4318', 'http://collector:4318'],
    ['https://otlp.example.com/otlp/', 'https://otlp.example.com/otlp'],
    ['http://collector:4318/v1/traces', 'http://collector:4318'],
    ['https://otlp.example.com/otlp/v1/traces/', 'https://otlp.example.com/otlp'],
  ])('is %s as %s, under the app’s name, all of them', (given, endpoint) => {
    expect(settingsOf({ [ENDPOINT]: given }).settings).toEqual({
      endpoint,
      headers: {},
      serviceName: 'app',
      ratio: 1,
    });
  });

  it('has a name, a part and headers where they are given', () => {
    const { settings, secrets } = settingsOf({
      [ENDPOINT]: 'http://collector:4318',
      [HEADERS]: 'api-key=abc%2Cdef, Authorization=Basic%20c2VjcmV0LXZhbHVl',
      OTEL_SERVICE_NAME: 'shop-gateway',
      OTEL_TRACES_SAMPLER_ARG: '0.05',
    });
    expect(settings).toMatchObject({
      serviceName: 'shop-gateway',
      ratio: 0.05,
      headers: { 'api-key': 'abc,def', Authorization: 'Basic c2VjcmV0LXZhbHVl' },
    });
    expect(secrets).toEqual(['abc,def', 'Basic c2VjcmV0LXZhbHVl', 'c2VjcmV0LXZhbHVl']);
  });

  it.each([
    [ENDPOINT, 'collector:4318'],
    [ENDPOINT, 'grpc://collector:4317'],
    [ENDPOINT, 'http://me:secret-canary@collector'],
    [ENDPOINT, 'http://collector?key=secret-canary'],
    [HEADERS, 'secret-canary'],
    [HEADERS, '=secret-canary'],
    [HEADERS, 'two words=secret-canary'],
    [HEADERS, 'key=secret-canary%0d%0aHost: x'],
    [HEADERS, 'key=secret-canary%zz'],
    [HEADERS, 'key='],
    ['OTEL_SERVICE_NAME', 'secret canary'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
    ['OTEL_TRACES_SAMPLER_ARG', 'parentbased'],
  ])('is refused without being repeated: %s=%s', (name, value) => {
    const read = () => settingsOf({ [ENDPOINT]: 'http://collector:4318', [name]: value });
    expect(read).toThrow(new RegExp(`^The configuration does not fit:\\n {2}${name} must be `));
    expect(read).not.toThrow(/canary/);
  });
});
