import type { VendorRoute } from '../vendor.call.js';
import { lifecycleRoutes } from './lifecycle.routes.js';
import { readingRoutes } from './reading.routes.js';

/** Everything under https://api.liveavatar.com that the product uses (reference 2.2). */
export const liveavatarRoutes: VendorRoute[] = [...lifecycleRoutes, ...readingRoutes];
