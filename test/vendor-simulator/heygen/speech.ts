import { randomUUID } from 'node:crypto';
import { personaAnswer } from '../persona.js';
import type { SimulatorWorld } from '../simulator.world.js';
import type { HeyGenSession } from './session.js';

/** Sends an event to every socket of a session and into its room (members of reference 4.7). */
export function emit(session: HeyGenSession, event: Record<string, unknown>): void {
  const text = JSON.stringify(event);
  for (const socket of session.sockets) socket.send(text);
  for (const listener of session.listeners) listener(event);
}

/** Words and the spaces after them, as the vendor sends them. */
export function deltasOf(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? [];
}

/** The avatar speaks a text, word by word. */
export function speak(session: HeyGenSession, text: string, taskId: string = randomUUID()): string {
  emit(session, { type: 'avatar_start_talking', task_id: taskId });
  for (const message of deltasOf(text)) {
    emit(session, { type: 'avatar_talking_message', task_id: taskId, message });
  }
  emit(session, { type: 'avatar_end_message', task_id: taskId });
  emit(session, { type: 'avatar_stop_talking', task_id: taskId, duration_ms: text.length * 60 });
  return taskId;
}

/** The visitor is heard to say something. */
export function hear(session: HeyGenSession, text: string): void {
  const taskId = randomUUID();
  emit(session, { event_type: 'user_start' });
  emit(session, { type: 'user_talking_message', task_id: taskId, message: text });
  emit(session, { type: 'user_end_message', task_id: taskId });
  emit(session, { event_type: 'user_stop' });
}

/** The persona's answer to a visitor's words, if it has one. */
export function answer(
  session: HeyGenSession,
  text: string,
  taskId: string,
  world: SimulatorWorld,
): string | null {
  const given = session.tasks.filter(({ type }) => type !== 'repeat').length;
  const words = personaAnswer(world.settings, text, Math.max(0, given - 1));
  if (words !== null) speak(session, words, taskId);
  return words;
}

/** Words that the visitor typed, over whichever transport. */
export function hearTyped(session: HeyGenSession, text: string, world: SimulatorWorld): void {
  const taskId = randomUUID();
  session.tasks.push({ taskId, type: 'typed', text });
  answer(session, text, taskId, world);
}
