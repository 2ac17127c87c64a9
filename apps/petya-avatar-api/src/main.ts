import 'reflect-metadata';
import { runMain } from '#platform';
import { loadPetyaConfig } from './config/petya-config.js';
import { createPetyaApp } from './create-petya-app.js';

await runMain(async () => {
  const config = loadPetyaConfig();
  const app = await createPetyaApp(config);
  return { app, host: config.host, port: config.port, drainSeconds: config.drainSeconds };
});
