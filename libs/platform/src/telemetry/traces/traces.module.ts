import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Telemetry } from '../telemetry.js';
import type { SpanExport } from './span-export.js';
import type { TraceSettings } from './trace-settings.js';

const SPAN_EXPORT = Symbol('SpanExport');

/** Sends the last spans when the app has answered everybody. */
@Injectable()
class LastSpans implements OnApplicationShutdown {
  constructor(@Inject(SPAN_EXPORT) private readonly spans: SpanExport) {}

  onApplicationShutdown(): Promise<void> {
    return this.spans.close();
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
          provide: SPAN_EXPORT,
          inject: [Telemetry],
          useFactory: async (telemetry: Telemetry) => {
            // Loaded here, for those alone who want it.
            const [{ SpanExport }, { Traces }] = await Promise.all([
              import('./span-export.js'),
              import('./traces.js'),
            ]);
            const spans = new SpanExport(settings);
            telemetry.observe(new Traces(spans, settings.ratio));
            return spans;
          },
        },
      ],
    };
  }
}
