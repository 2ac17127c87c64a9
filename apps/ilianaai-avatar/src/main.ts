import 'reflect-metadata';
import { runMain } from '#platform';
import { environment } from './config/environment.js';
import { createAvatarApp } from './create-avatar-app.js';

await runMain(() => createAvatarApp(environment()));
