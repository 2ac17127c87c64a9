import { ControlRefusal, type ControlCall, type ControlRoute } from '../control.call.js';
import { heygenRow, type HeyGenSession } from './session.js';
import { emit, hear, speak } from './speech.js';

function sessionOf({ params, world }: ControlCall): HeyGenSession {
  const session = world.heygen.find(params['id'] ?? '');
  if (!session) throw new ControlRefusal(404, 'no such session');
  return session;
}

function list({ world }: ControlCall): unknown {
  const nowMs = world.clock.nowMs();
  return { sessions: world.heygen.all().map((session) => heygenRow(session, nowMs)) };
}

function view(call: ControlCall): unknown {
  return heygenRow(sessionOf(call), call.world.clock.nowMs());
}

function say(call: ControlCall): unknown {
  const session = sessionOf(call);
  const { role, text } = call.body;
  if (typeof text !== 'string') throw new TypeError('text must be a string');
  if (role === 'avatar') speak(session, text);
  else if (role === 'user') hear(session, text);
  else throw new TypeError('role must be user or avatar');
  return { sockets: session.sockets.size };
}

function send(call: ControlCall): unknown {
  const session = sessionOf(call);
  emit(session, call.body);
  return { sockets: session.sockets.size };
}

function end(call: ControlCall): unknown {
  const session = sessionOf(call);
  call.world.heygen.end(session, 'ended');
  return heygenRow(session, call.world.clock.nowMs());
}

/**
 * HeyGen's sessions seen, and acted on, from inside.
 *
 * GET  /_control/heygen/sessions
 * GET  /_control/heygen/sessions/{id}
 * POST /_control/heygen/sessions/{id}/say   {role, text}: events on every socket of the session
 * POST /_control/heygen/sessions/{id}/send  an event exactly as given
 * POST /_control/heygen/sessions/{id}/end   the vendor ends it
 */
export const heygenControlRoutes: readonly ControlRoute[] = [
  ['GET', '/_control/heygen/sessions', list],
  ['GET', '/_control/heygen/sessions/{id}', view],
  ['POST', '/_control/heygen/sessions/{id}/say', say],
  ['POST', '/_control/heygen/sessions/{id}/send', send],
  ['POST', '/_control/heygen/sessions/{id}/end', end],
];
