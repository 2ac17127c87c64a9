import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as a collector stores it. */
export interface CollectedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly isFault: boolean;
}

/** What happens to a request instead of its answer. */
export type CollectorFault = 'hang' | 'reset' | 500;

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number;
}

interface Attributes {
  readonly attributes?: readonly { readonly key: string; readonly value: Value }[];
}

interface SentSpan extends Attributes {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number };
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: Attributes;
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

/** A collector that takes OTLP over HTTP as JSON, and misbehaves where a test says so. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  /** The headers of each request. */
  readonly asked: IncomingHttpHeaders[] = [];
  /** All that it was sent, as text. */
  text = '';
  fault: CollectorFault | null = null;
  /** What it says of a request that it takes. */
  answer: object = {};
  private readonly hanging: ServerResponse[] = [];
  private server: Server | undefined;

  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      void (async () => {
        this.asked.push(request.headers);
        const sent = (await json(request)) as Sent;
        if (this.fault === 'hang') return void this.hanging.push(response);
        if (this.fault === 'reset') return void request.socket.resetAndDestroy();
        if (this.fault === 500) return void response.writeHead(500).end();
        if (request.url !== '/v1/traces') return void response.writeHead(404).end();
        this.text += JSON.stringify(sent);
        this.spans.push(...spansOf(sent));
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(this.answer));
      })().catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  of(traceId: string): CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async stop(): Promise<void> {
    for (const response of this.hanging) response.destroy();
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

function spansOf({ resourceSpans }: Sent): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(membersOf(resource)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(span, service)));
  });
}

function spanOf(span: SentSpan, service: string): CollectedSpan {
  return {
    service,
    traceId: span.traceId,
    id: span.spanId,
    parentId: span.parentSpanId ?? null,
    name: span.name,
    kind: span.kind,
    startMs: Number(span.startTimeUnixNano) / 1_000_000,
    endMs: Number(span.endTimeUnixNano) / 1_000_000,
    attributes: membersOf(span),
    isFault: span.status?.code === 2,
  };
}

function membersOf({ attributes = [] }: Attributes): Record<string, string | number> {
  const members = attributes.map(
    ({ key, value }) => [key, value.stringValue ?? Number(value.intValue)] as const,
  );
  return Object.fromEntries(members);
}
