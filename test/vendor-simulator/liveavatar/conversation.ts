import { personaAnswer } from '../persona.js';
import type { SimulatorSettings } from '../settings.js';
import type { VendorSession } from './session.js';
import type { TranscriptLine } from './transcript.js';

/** A session whose token names no context is video only: it neither greets nor answers. */
function hears(session: VendorSession, settings: SimulatorSettings): boolean {
  const { contextId, voiceAgentId } = session.request;
  return contextId !== null || voiceAgentId !== null || !settings.muteWithoutContext;
}

/** Adds a line to a transcript; it shows `transcriptDelayMs` after it was spoken. */
function addLine(
  session: VendorSession,
  settings: SimulatorSettings,
  line: Pick<TranscriptLine, 'role' | 'text' | 'atMs'>,
): TranscriptLine {
  const full = { ...line, visibleAtMs: line.atMs + settings.transcriptDelayMs };
  session.transcript.add(full);
  return full;
}

/** The avatar's first line, if the settings have one. */
export function greetingOf(session: VendorSession, settings: SimulatorSettings): string | null {
  return hears(session, settings) ? settings.greeting : null;
}

/** Adds it to the transcript; in a room it is heard once the visitor is there. */
export function greet(session: VendorSession, settings: SimulatorSettings, nowMs: number): void {
  const text = greetingOf(session, settings);
  if (text !== null) addLine(session, settings, { role: 'avatar', text, atMs: nowMs });
}

/**
 * A line spoken in the room at `atMs`, which counts as activity at `nowMs`; a user's line makes the
 * persona answer. Returns the lines that were added, an answer last.
 */
export function speak(
  session: VendorSession,
  settings: SimulatorSettings,
  line: Pick<TranscriptLine, 'role' | 'text' | 'atMs'>,
  nowMs: number,
): TranscriptLine[] {
  session.lastActivityAtMs = nowMs;
  if (line.role === 'user') session.joined = true;
  const spoken = [addLine(session, settings, line)];
  if (line.role === 'avatar' || !hears(session, settings)) return spoken;
  const answer = personaAnswer(settings, line.text, session.answersGiven);
  if (answer === null) return spoken;
  session.answersGiven += 1;
  const atMs = line.atMs + settings.answerDelayMs;
  return [...spoken, addLine(session, settings, { role: 'avatar', text: answer, atMs })];
}
