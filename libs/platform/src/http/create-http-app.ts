import { type DynamicModule, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { IncomingMessage } from 'node:http';
import { AdmissionGuard } from '../admission/admission.guard.js';
import { Gate } from '../admission/gate.js';
import type { Operators } from '../auth/operators.js';
import { isBoardPath } from '../board/board-path.js';
import { AppError } from '../errors/app-error.js';
import { AppExceptionFilter } from '../errors/app-exception.filter.js';
import type { ErrorTable } from '../errors/error-table.js';
import { type AdminAddress, AdminListener } from '../lifecycle/admin-listener.js';
import { Lifecycle } from '../lifecycle/lifecycle.js';
import { AppLogger } from '../logging/app-logger.js';
import type { LogOptions } from '../logging/app-logger.js';
import type { ApiDescription } from '../openapi/openapi.js';
import { rateMiddleware } from '../rates/rate.middleware.js';
import { Rates } from '../rates/rates.js';
import { Telemetry } from '../telemetry/telemetry.js';
import { DtoValidationPipe } from '../validation/validation.pipe.js';
import { METRICS_PATH } from '../telemetry/metrics.js';
import { adminDoor, isAdminPath, isInnerPath } from './admin-door.js';
import { methodsOfLiteralPath } from './allowed-methods.js';
import { BodyGuard, type BodyRule, credentialBodyMiddleware } from './body.guard.js';
import { auditMiddleware } from './audit.middleware.js';
import { answerClientErrors } from './client-error.js';
import { corsMiddleware } from './cors.middleware.js';
import { FastExpressAdapter } from './fast-express.adapter.js';
import { inOrder } from './in-order.js';
import { isInnerCaller } from './inner-caller.js';
import { LargeBodies } from './large-bodies.js';
import { hasQuery, QueryGuard, unknownQuery } from './query.guard.js';
import { refuseAmbiguousFraming } from './refuse-framing.js';
import { requestLogMiddleware } from './request-log.middleware.js';

/** What differs between the apps' HTTP sides. */
export interface HttpAppOptions {
  readonly errors: ErrorTable;
  readonly vendorShaped: (path: string) => boolean;
  readonly bodyRules: readonly BodyRule[];
  readonly api: ApiDescription;
  readonly log: LogOptions;
  readonly trustedProxies?: readonly string[];
  /** A path prefix under which every route is served a second time. */
  readonly alsoUnder?: string;
  /** Which paths are files that pages load without a credential; they are counted apart from calls. */
  readonly isFile?: (path: string) => boolean;
  /** Whether a request comes from a service of ours; its address is not counted. */
  readonly isOwnCaller?: (request: Request) => boolean;
  /** Which offers to go over to another protocol are taken up; all others are as if not made. */
  readonly isUpgrade?: (request: IncomingMessage) => boolean;
  readonly isProduction: boolean;
  readonly operators: Operators;
  /** None: there are no metrics. */
  readonly metricsTokens: readonly string[];
  /** Where the admin routes listen; null: with all others. */
  readonly adminAddress: AdminAddress | null;
}

/**
 * Builds an app with everything both apps have on their HTTP side: strict bodies, CORS, request
 * ids and log lines, one error shape, `/openapi.json`. `main.ts` and the tests use the same one.
 */
export async function createHttpApp(
  module: DynamicModule,
  options: HttpAppOptions,
): Promise<NestExpressApplication> {
  const adapter = new FastExpressAdapter(options.isUpgrade);
  const app = await NestFactory.create<NestExpressApplication>(module, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new AppLogger(options.log),
  });
  if (options.trustedProxies) app.set('trust proxy', options.trustedProxies);
  else if (options.isProduction) warnOfProxies();
  const isMetrics = (path: string) => options.metricsTokens.length > 0 && path === METRICS_PATH;
  const isProbe = (path: string) => path.startsWith('/health/') || isMetrics(path);
  const admin = openAdminDoor(adapter, app.get(Lifecycle), options);
  const { isFile = () => false, isOwnCaller = () => false } = options;
  const inner = { operators: options.operators, metrics: options.metricsTokens };
  const isOfBoard = options.operators.isEmpty ? () => false : isBoardPath;
  const isOfOperator = (path: string) =>
    !options.operators.isEmpty && (isAdminPath(path) || isBoardPath(path));
  app.use(
    inOrder([
      ...(options.alsoUnder ? [stripPrefix(options.alsoUnder)] : []),
      requestLogMiddleware(app.get(Telemetry)),
      auditMiddleware(options.operators),
      ...(admin ? [adminDoor(admin)] : []),
      corsMiddleware((path) => !isMetrics(path) && !isOfOperator(path)),
      gate(app.get(Lifecycle)),
      rateMiddleware(app.get(Rates), {
        isOwnCaller: (request) => isInnerCaller(request, inner) || isOwnCaller(request),
        isProbe,
        isFile: (path) => isOfBoard(path) || isFile(path),
      }),
      credentialBodyMiddleware(options.bodyRules),
      openApiRoute(app, options),
    ]),
  );
  // After the guards that judge credentials, which the apps' modules have brought along.
  app.useGlobalGuards(
    new QueryGuard(),
    new BodyGuard(options.bodyRules, new LargeBodies()),
    new AdmissionGuard(app.get(Gate)),
  );
  app.useGlobalPipes(new DtoValidationPipe());
  app.useGlobalFilters(new AppExceptionFilter(options));
  answerClientErrors(app.getHttpServer(), options.errors);
  return app;
}

function warnOfProxies(): void {
  new Logger('Main').warn(
    'TRUSTED_PROXIES is not set: behind a proxy all callers count as one address, whose rates they share.',
  );
}

/** A second server of the same routes, that opens with the app. */
function openAdminDoor(
  adapter: FastExpressAdapter,
  lifecycle: Lifecycle,
  { adminAddress, errors }: HttpAppOptions,
): AdminListener | null {
  if (adminAddress === null) return null;
  const server = adapter.newServer();
  answerClientErrors(server, errors);
  lifecycle.adminListener = new AdminListener(server, adminAddress);
  return lifecycle.adminListener;
}

/** Serves every route under a second path, as the contract has it for the avatar app; not the board. */
function stripPrefix(prefix: string): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction) => {
    if (request.url.startsWith(`${prefix}/`) && !isBoardPath(request.path.slice(prefix.length))) {
      request.url = request.url.slice(prefix.length);
    }
    next();
  };
}

/** Ambiguous requests are refused; while draining, connections are told to end after the answer. */
function gate(lifecycle: Lifecycle): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (lifecycle.isDraining) response.setHeader('Connection', 'close');
    if (request.method === 'TRACE' || request.method === 'CONNECT') {
      return next(new AppError('method_not_allowed', { allow: ['GET', 'POST', 'OPTIONS'] }));
    }
    refuseAmbiguousFraming(request);
    refuseWrongMethod(request);
    next();
  };
}

/** A path that a route spells out takes that route's methods, whatever else matches it. */
function refuseWrongMethod(request: Request): void {
  const allow = methodsOfLiteralPath(request);
  if (allow.length > 0 && !allow.includes(request.method)) {
    throw new AppError('method_not_allowed', { allow });
  }
}

/** What describes the API is loaded when somebody asks for it: hardly any process is ever asked. */
function openApiRoute(app: NestExpressApplication, options: HttpAppOptions): RequestHandler {
  // The operator's routes are not described where they are not, nor where they have a port of their own.
  const isApart = options.adminAddress !== null;
  const isServed = (path: string) =>
    !(isApart && isInnerPath(path)) && !(options.operators.isEmpty && isAdminPath(path));
  const describe = async (): Promise<string> => {
    const { openApiDocument } = await import('../openapi/openapi.js');
    return JSON.stringify(openApiDocument(app, { ...options, isServed }));
  };
  let described: Promise<string> | undefined;
  return (request: Request, response: Response, next: NextFunction) => {
    if (request.path !== '/openapi.json') return next();
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return next(new AppError('method_not_allowed', { allow: ['GET', 'HEAD'] }));
    }
    if (hasQuery(request.url)) return next(unknownQuery());
    described ??= describe();
    described.then((json) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(json);
    }, next);
  };
}
