import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiSecurity } from '#contracts/description';
import { CREDENTIAL } from '../auth/public.decorator.js';
import { mayRefuse } from '../openapi/route-problems.js';

/** The metrics of an app, as whoever asks for them sees them. */
export interface Metrics {
  readonly contentType: string;
  /** Everything as it stands now. It rejects for no source. */
  text(): Promise<string>;
}

/** What the `Metrics` are injected by. They are there where the app has a `METRICS_TOKEN`. */
export const METRICS = Symbol('Metrics');

/** Where they are, as the router sees it. */
export const METRICS_PATH = '/metrics';

/** The route takes a token of METRICS_TOKEN, which opens nothing else. */
export const MetricsToken = () =>
  applyDecorators(
    SetMetadata(CREDENTIAL, 'metrics-token'),
    ApiSecurity('metricsToken'),
    mayRefuse('key_missing', 'token_invalid'),
  );
