import { Problem } from '../shared/problem.js';
import type { SettingsForm } from './settings/settings-form.js';

/** What is said of fields that have to be changed first. */
export function lookAt(labels: readonly string[]): string {
  return `Nothing is saved yet: look at ${labels.join(', ')}.`;
}

/**
 * A refusal with its members told at their fields; what is about no field stays as the service says it.
 * @returns what to throw
 */
export function toldAtFields(form: SettingsForm, error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const labels = form.refuse(error.members);
  const { status, code } = error;
  return labels.length === 0 ? error : new Problem(lookAt(labels), status, code);
}
