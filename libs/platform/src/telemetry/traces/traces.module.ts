import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Telemetry } from '../telemetry.js';
import type { TraceSettings } from './trace-settings.js';

const CLOSING = Symbol('Closing of traces');

/** Ends the traces, and sends the last spans, when the app has answered everybody. */
@Injectable()
class LastSpans implements OnApplicationShutdown {
  constructor(@Inject(CLOSING) private readonly close: () => Promise<void>) {}

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** Traces. An app for which nobody has named a collector leaves this module out, and has none. */
@Module({})
export class TracesModule {
  static forRoot(settings: TraceSettings): DynamicModule {
    return {
      module: TracesModule,
      providers: [
        LastSpans,
        {
          provide: CLOSING,
          inject: [Telemetry],
          useFactory: async (telemetry: Telemetry) => {
            // Loaded here, for those alone who want it.
            const [{ SpanExport }, { Traces }] = await Promise.all([
              import('./span-export.js'),
              import('./traces.js'),
            ]);
            const spans = new SpanExport(settings);
            const traces = new Traces(spans, settings.ratio);
            telemetry.observe(traces);
            return () => {
              traces.close();
              return spans.close();
            };
          },
        },
      ],
    };
  }
}
