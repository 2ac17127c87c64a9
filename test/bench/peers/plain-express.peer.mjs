import { serveExpress } from './express-service.mjs';
import { memoryStore } from './plain-session.mjs';

/* The plain way on Express 5, axios and ws, with everything in memory. */
serveExpress(memoryStore);
