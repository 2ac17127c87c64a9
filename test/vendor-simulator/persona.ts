import type { SimulatorSettings } from './settings.js';

const SHOP_ANSWERS: readonly (readonly [RegExp, string])[] = [
  [/\b(open|opening|hours|close)\b/i, 'We are open Monday to Saturday, from nine to six.'],
  [
    /\b(return|refund|exchange)\b/i,
    'You can send anything back within thirty days, free of charge.',
  ],
  [/\b(ship|shipping|deliver|delivery)\b/i, 'Delivery takes two to three working days.'],
  [/\b(price|cost|much|discount)\b/i, 'That one is forty-nine euros, tax included.'],
  [/\b(size|sizes|fit)\b/i, 'We have it in small, medium and large.'],
  [/\b(pay|payment|card|invoice)\b/i, 'You can pay by card, by invoice or on delivery.'],
  [/\b(hello|hi|hey)\b/i, 'Hello, and welcome to the shop.'],
  [/\b(thanks|thank|bye|goodbye)\b/i, 'You are welcome. Have a lovely day.'],
];

/** What this shop says to a question, in speech or in writing. */
export function shopAnswer(text: string): string {
  const known = SHOP_ANSWERS.find(([question]) => question.test(text));
  const heard = `You asked: "${text.trim()}".`;
  return known ? `${heard} ${known[1]}` : `${heard} Let me find that out for you.`;
}

/**
 * What the avatar answers to a user's line, or null when it stays silent. The same line always gets
 * the same answer, which quotes it, so that a lost or doubled turn can be told apart.
 */
export function personaAnswer(
  settings: SimulatorSettings,
  text: string,
  answersGiven: number,
): string | null {
  if (settings.persona === 'silent') return null;
  if (settings.persona === 'scripted') return settings.personaScript[answersGiven] ?? null;
  return shopAnswer(text);
}
