import type { VendorRoute } from '../vendor.call.js';
import { lifecycleRoutes } from './lifecycle.routes.js';
import { listRoutes } from './list.routes.js';
import { readingRoutes } from './reading.routes.js';
import { startRoutes } from './start.routes.js';
import { tokenRoutes } from './token.routes.js';

/** Everything under https://api.liveavatar.com that the product uses (reference 2.2). */
export const liveavatarRoutes: VendorRoute[] = [
  ...tokenRoutes,
  ...startRoutes,
  ...lifecycleRoutes,
  ...listRoutes,
  ...readingRoutes,
];
