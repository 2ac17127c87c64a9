import 'reflect-metadata';
import { configOrExit } from '#platform/config';
import { loadPetyaConfig } from './config/petya-config.js';

const config = configOrExit(() => loadPetyaConfig());
const { runMain } = await import('#platform');
const { createPetyaApp } = await import('./create-petya-app.js');
await runMain(async () => {
  const app = await createPetyaApp(config);
  return { app, host: config.host, port: config.port, drainSeconds: config.drainSeconds };
});
