import { type Conversation, openConversation } from './conversation.js';
import { type AccountConfig, petyaClient } from './petya.js';
import { view } from './view.js';

interface PageConfig {
  readonly apiKey: string;
  readonly petyaUrl: string;
}

const page = view();
const config = (await (await fetch('config.json')).json()) as PageConfig;
const petya = petyaClient(config.petyaUrl, config.apiKey);
let current: Conversation | undefined;
let account: AccountConfig | undefined;

/** Runs a step and says in words what went wrong. */
async function attempt(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const unreachable = error instanceof TypeError;
    const reason = error instanceof Error ? error.message : String(error);
    page.say(unreachable ? 'The assistant cannot be reached right now.' : reason);
  }
}

async function prepare(): Promise<void> {
  account = await petya.accountConfig();
  if (!account.avatar.enabled) {
    page.say('The assistant is off today.');
    return;
  }
  page.say('Katya is here. The conversation is kept by the shop.');
  page.start.disabled = false;
}

async function start(): Promise<void> {
  page.start.disabled = true;
  page.showStored(null, 0);
  page.showLines([]);
  page.say('Connecting …');
  const service = account?.avatarServiceUrl;
  if (!service) throw new Error("The shop's account names no avatar service.");
  try {
    current = await openConversation(petya, service, config.apiKey);
  } finally {
    page.start.disabled = false;
  }
  page.setLive(true);
  page.say('Connected. Ask about opening hours, delivery or returns.');
  void follow(current);
}

/** Shows what has been said until the session ends. */
async function follow(conversation: Conversation): Promise<void> {
  while (current === conversation) {
    const seen = await conversation.session.transcript().catch(() => null);
    if (current !== conversation) return;
    if (seen !== null) {
      page.showLines(seen.lines.map(({ role, transcript }) => ({ role, text: transcript })));
    }
    if (seen?.active === false) {
      await finish('The conversation has ended.');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
}

async function send(): Promise<void> {
  const text = page.input.value.trim();
  if (text === '' || current === undefined) return;
  page.input.value = '';
  await current.say(text);
}

async function finish(why: string): Promise<void> {
  const ended = current;
  if (ended === undefined) return;
  current = undefined;
  page.stop.disabled = true;
  page.say(`${why} The shop is storing it …`);
  try {
    const { stored, waitedMs } = await ended.end();
    page.showStored(stored, waitedMs);
    page.say(`${why} Thank you for the visit.`);
  } finally {
    ended.close();
    page.setLive(false);
  }
}

page.start.addEventListener('click', () => void attempt(start));
page.stop.addEventListener(
  'click',
  () => void attempt(() => finish('You ended the conversation.')),
);
page.compose.addEventListener('submit', (event) => {
  event.preventDefault();
  void attempt(send);
});
addEventListener('pagehide', () => current?.session.leave());
await attempt(prepare);
