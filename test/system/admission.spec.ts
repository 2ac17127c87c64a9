import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import { AdminOpeningController } from '../../apps/ilianaai-avatar/src/admin/admin-opening.controller.js';
import { AdminSessionsController } from '../../apps/ilianaai-avatar/src/admin/admin-sessions.controller.js';
import { AdminStopsController } from '../../apps/ilianaai-avatar/src/admin/admin-stops.controller.js';
import { VisitsController } from '../../apps/ilianaai-avatar/src/sessions/visits.controller.js';
import { SessionsController } from '../../apps/ilianaai-avatar/src/sessions/sessions.controller.js';
import { HeyGenController } from '../../apps/ilianaai-avatar/src/heygen/http/heygen.controller.js';
import { AvatarMessageController } from '../../apps/ilianaai-avatar/src/turns/avatar-message.controller.js';
import { PluginConfigController } from '../../apps/petya-avatar-api/src/plugin/plugin-config.controller.js';
import { AvatarController } from '../../apps/petya-avatar-api/src/avatar/avatar.controller.js';
import { MessagesController } from '../../apps/petya-avatar-api/src/messages/messages.controller.js';
import { ADMISSION, type Admission } from '../../libs/platform/src/admission/admitted.decorator.js';

const CONTROLLERS = [
  AdminSessionsController,
  AdminStopsController,
  AdminOpeningController,
  SessionsController,
  VisitsController,
  HeyGenController,
  AvatarMessageController,
  PluginConfigController,
  AvatarController,
  MessagesController,
];

/** The routes of a controller that say how they are admitted: `order`, or `order seconds`. */
function admissionsOf({ prototype }: (typeof CONTROLLERS)[number]): [string, string][] {
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = Reflect.get(prototype, name) as object;
    const said = Reflect.getMetadata(ADMISSION, handler) as Admission | undefined;
    if (!said) return [];
    const { order, deadlineMs } = said;
    const admission = order === 'first' ? order : `${order} ${deadlineMs / 1000}`;
    return [[`${prototype.constructor.name}.${name}`, admission]];
  });
}

it('lets calls in by what they cost: what ends or keeps a session is never put off, then comes talking, then all else', () => {
  expect(Object.fromEntries(CONTROLLERS.flatMap(admissionsOf))).toEqual({
    'AdminSessionsController.stop': 'first',
    'AdminStopsController.stop': 'first',
    'AdminOpeningController.set': 'first',
    'SessionsController.stop': 'first',
    'VisitsController.leave': 'first',
    'VisitsController.keepAlive': 'first',
    'HeyGenController.stop': 'first',
    'HeyGenController.keepAlive': 'first',
    // They ask the database for nothing more than whose key it is.
    'PluginConfigController.config': 'first',
    'AvatarController.config': 'first',
    'SessionsController.start': 'second 5',
    'HeyGenController.start': 'second 5',
    'HeyGenController.task': 'second 3',
    'HeyGenController.interrupt': 'second 3',
    'HeyGenController.startListening': 'second 5',
    'HeyGenController.stopListening': 'second 5',
    'AvatarMessageController.avatarMessage': 'second 3',
    'MessagesController.post': 'second 3',
    'AvatarController.judgeAccess': 'second 5',
    'AvatarController.configOf': 'second 5',
    'AvatarController.status': 'second 15',
  });
});
