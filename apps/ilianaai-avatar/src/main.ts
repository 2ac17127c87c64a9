import 'reflect-metadata';
import { configOrExit } from '#platform/config';
import { readAvatarConfig } from './config/avatar-config.js';
import { environment } from './config/environment.js';

configOrExit(() => readAvatarConfig(environment()));
const { runMain } = await import('#platform');
const { createAvatarApp } = await import('./create-avatar-app.js');
await runMain(() => createAvatarApp(environment()));
