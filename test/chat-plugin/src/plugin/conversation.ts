import { freshMemory, type Memory } from './memory.js';
import type { Line, Remembered, Visitor } from './remembered.js';
import type { Petya } from './petya.js';
import { type AskSiteUser, isUnsigned } from './site-user.js';
import { isStranger } from './stranger.js';
import { warn } from './warn.js';

export interface ConversationIds {
  readonly conversation_id: string;
  readonly visitor_id: string;
}

/** The greeting stands first in every conversation, spoken or not. */
export const GREETING_ID = 'greeting';

/** A visitor's conversation at Petya; opened with the first word or the first video, once. */
export class Conversation {
  readonly remembered: Remembered;
  private opening: Promise<ConversationIds> | undefined;

  constructor(
    private readonly petya: Petya,
    private readonly memory: Memory,
    private readonly askSiteUser: AskSiteUser,
    private readonly changed: (lines: readonly Line[]) => void,
  ) {
    this.remembered = memory.recall();
  }

  get lines(): readonly Line[] {
    return this.remembered.lines;
  }

  /**
   * Whether what is kept is of somebody else than who is logged in at the site now. Where nothing is
   * kept the site is not asked: most visitors of a page never say a word.
   */
  async isOfAnotherUser(): Promise<boolean> {
    const { visitor } = this.memory;
    return visitor !== null && visitor.userId !== (await this.askSiteUser())?.userId;
  }

  /** @throws what the calls throw; the next try begins again and makes nothing twice */
  open(): Promise<ConversationIds> {
    this.opening ??= this.openNow().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  remember(change: Partial<Remembered>): void {
    Object.assign(this.remembered, change);
    this.memory.keep(this.remembered);
  }

  /** Writes nothing from here on; what is kept takes up no session, since that ends. */
  rest(): void {
    if (!this.memory.isShut) this.memory.keep({ ...this.remembered, live: null, attempt: null });
    this.memory.isShut = true;
  }

  wake(): void {
    if (!this.memory.isShut) return;
    this.memory.isShut = false;
    this.remember({});
  }

  add(line: Line): void {
    if (this.lines.some(({ id }) => id === line.id)) return;
    this.remember({ lines: [...this.lines, line] });
    this.changed(this.lines);
  }

  /** Takes back a line that could not be sent. */
  remove(id: string): void {
    this.remember({ lines: this.lines.filter((line) => line.id !== id) });
    this.changed(this.lines);
  }

  /** @returns the conversation that the message is kept in */
  post(id: string, text: string): Promise<string> {
    return this.within(async ({ conversation_id }) => {
      await this.petya.postMessage(conversation_id, id, text);
      return conversation_id;
    });
  }

  /**
   * Does something in the conversation. Where Petya no longer knows the visitor or does not believe
   * that this is them, they are forgotten and begin anew, once; what was said stays on the page.
   */
  async within<T>(work: (ids: ConversationIds) => Promise<T>): Promise<T> {
    try {
      return await work(await this.open());
    } catch (error) {
      if (!isStranger(error)) throw error;
      this.forgetVisitor();
      return work(await this.open());
    }
  }

  /** Adds what somebody has written to the visitor. */
  async readAnswers(): Promise<void> {
    const { conversationId } = this.remembered;
    if (conversationId === null) return;
    for (const { messageId, content } of await this.answersOf(conversationId)) {
      if (this.remembered.conversationId !== conversationId) return;
      this.add({ id: messageId, role: 'avatar', text: content });
    }
  }

  /** Ends it at Petya and forgets it here, so that the next word opens another one. */
  async complete(): Promise<string | null> {
    const { conversationId } = this.remembered;
    // Begun before another one is: it is the last call of its trace.
    const completing = conversationId === null ? null : this.petya.complete(conversationId);
    this.opening = undefined;
    this.remember({ ...freshMemory(), lines: [...this.lines] });
    await completing;
    return conversationId;
  }

  clear(): void {
    this.remember({ lines: [] });
    this.changed(this.lines);
  }

  /** Somebody whom Petya does not know has no answers. */
  private async answersOf(conversationId: string) {
    try {
      return await this.petya.answers(conversationId);
    } catch (error) {
      if (!isStranger(error)) throw error;
      this.forgetVisitor();
      return [];
    }
  }

  private forgetVisitor(): void {
    this.memory.visitor = null;
    this.opening = undefined;
    this.beginAnew();
  }

  private beginAnew(): void {
    const { lines, isGreeted, live } = this.remembered;
    // What runs goes on, and stays this tab's.
    const attempt = live === null ? null : this.remembered.attempt;
    this.remember({ ...freshMemory(), lines: [...lines], isGreeted, live, attempt });
  }

  private async startVisitor(): Promise<Visitor> {
    const user = this.memory.visitor === null ? await this.askSiteUser() : null;
    try {
      return await this.petya.startVisitor(user);
    } catch (error) {
      if (user === null || !isUnsigned(error)) throw error;
      // Nobody is kept from writing by what only the site's owner can mend.
      warn(`What data-user-url says of who is logged in is not taken: ${error.message}`);
      return { ...(await this.petya.startVisitor(null)), userId: user.userId };
    }
  }

  private async openNow(): Promise<ConversationIds> {
    // A conversation of somebody whom nothing proves any more can be neither read nor written in.
    if (this.memory.visitor === null) this.beginAnew();
    const visitor = await this.startVisitor();
    this.memory.visitor = visitor;
    const { visitorId } = visitor;
    const { externalId, conversationId } = this.remembered;
    const id = conversationId ?? (await this.petya.startConversation(visitorId, externalId));
    this.remember({ conversationId: id });
    return { conversation_id: id, visitor_id: visitorId };
  }
}
