import { Api } from './api.js';
import { Clock } from './clock.js';
import { answered, type Connection, failed, troubleOf, UNASKED } from './connection.js';
import { ask, closeDialogs, type Question } from './dialog.js';
import type { Child } from './dom.js';
import { Frame } from './frame.js';
import { readHash } from './hash.js';
import { Poller } from './poller.js';
import { Problem, sentencesOf } from './problem.js';
import type { Tone } from './tone.js';
import { signInPage } from './sign-in.js';
import type { Section, View } from './view.js';

/** What differs between the apps' boards. */
export interface BoardOptions {
  readonly title: string;
  /** Whom it asks, in a sentence: `the gateway`. */
  readonly service: string;
  /** The first is where one begins. */
  readonly sections: readonly Section[];
  /** What stands on every view. */
  readonly standing: Child;
  /**
   * Asked at each turn, whatever is shown; its first answer says whether a token is right.
   * @throws Problem
   */
  always(signal?: AbortSignal): Promise<void>;
  /** Forgets what was asked for. @param isSignedOut and all that was made in this visit */
  forget(isSignedOut: boolean): void;
}

const SIGNED_OUT = 'You are signed out.';
const NOT_KNOWN = 'Your token is not taken any more. Sign in again: the view stays.';

/** A board: the way in, the frame, the views, and the turns in which they ask. */
export class Board {
  readonly clock = new Clock();
  readonly api = new Api(this.clock);
  private options: BoardOptions | null = null;
  private shown: Frame | null = null;
  private view: View | null = null;
  private connection: Connection = UNASKED;
  private readonly poller = new Poller(
    (signal) => this.turn(signal),
    () => document.hidden,
  );

  start(options: BoardOptions): void {
    this.options = options;
    addEventListener('hashchange', () => this.route(true));
    document.addEventListener('visibilitychange', () => {
      this.showConnection();
      this.poller.now();
    });
    setInterval(() => this.showConnection(), 1000);
    this.showSignIn('');
  }

  /** @throws Error before anybody is in */
  get frame(): Frame {
    if (this.shown === null) throw new Error('nobody is signed in');
    return this.shown;
  }

  /** Asks at once, since something has changed. */
  refresh(): void {
    this.poller.now();
  }

  say(text: string, tone?: Tone): void {
    this.shown?.said.say(text, tone);
  }

  /** Asks whether something shall be done; what has become of it is said. */
  ask(question: Question): void {
    ask(question, {
      done: (result) => this.done(result),
      failed: (error) => this.isTurnedOut(error),
      failedLate: (error) => this.say(sentencesOf(error), 'wrong'),
      closed: () => {
        if (document.activeElement === document.body) this.shown?.focusHeading();
      },
    });
  }

  /** Does what harms nothing without asking; what has become of it is said. */
  async act(run: () => Promise<string>): Promise<void> {
    // What is said is this order's, also where it says the same as the one before.
    this.shown?.said.clear();
    try {
      this.done(await run());
    } catch (error) {
      if (!this.isTurnedOut(error)) this.say(sentencesOf(error), 'wrong');
    }
  }

  private done(result: string): void {
    this.say(result);
    this.refresh();
  }

  private showSignIn(note: string): void {
    const { title = '' } = this.options ?? {};
    document.title = `Sign in · ${title}`;
    const page = signInPage({ title, note, enter: (token) => this.enter(token) });
    document.body.replaceChildren(page);
    page.querySelector<HTMLInputElement>('input[type=password]')?.focus();
  }

  private async enter(token: string): Promise<string | null> {
    if (token === '') return 'Type the token in.';
    if (!this.api.use(token))
      return 'This is no token: it has no spaces, and no signs beyond ASCII.';
    this.build();
    try {
      await this.options?.always();
    } catch (error) {
      this.api.forget();
      this.shown = null;
      return sentencesOf(error);
    }
    document.body.replaceChildren(this.frame.element);
    this.route(false);
    this.connection = answered(Date.now());
    this.poller.start();
    return null;
  }

  private build(): void {
    const { title = '', sections = [], standing = null } = this.options ?? {};
    this.shown = new Frame(title, sections, standing, () => this.leave(SIGNED_OUT));
  }

  private leave(note: string): void {
    this.poller.stop();
    this.api.forget();
    closeDialogs();
    this.view?.close?.();
    this.view = null;
    this.shown = null;
    this.connection = UNASKED;
    this.options?.forget(note === SIGNED_OUT);
    this.showSignIn(note);
  }

  /** Ends the visit of whoever is not let in any more. */
  private isTurnedOut(error: unknown): boolean {
    const isOut = error instanceof Problem && error.status === 401;
    if (isOut && this.shown !== null) this.leave(NOT_KNOWN);
    return isOut;
  }

  private route(isMoved: boolean): void {
    if (this.shown === null) return;
    const { sections = [] } = this.options ?? {};
    const { path, about } = readHash(location.hash);
    const section = sections.find((each) => each.path === path) ?? sections[0];
    if (section === undefined) return;
    this.view?.close?.();
    this.view = section.open(about);
    this.shown.show(section.path, this.view);
    scrollTo(0, 0);
    if (isMoved) this.shown.focusHeading();
    this.poller.anew();
  }

  private async turn(signal: AbortSignal): Promise<void> {
    try {
      await Promise.all([this.options?.always(signal), this.load(signal)]);
      this.connection = answered(Date.now());
    } catch (error) {
      if (signal.aborted || this.isTurnedOut(error)) return;
      const said = error instanceof Problem && !error.isUnreached ? error.message : null;
      this.connection = failed(this.connection, Date.now(), said);
      throw error;
    } finally {
      this.showConnection();
    }
  }

  /** A view that is refused says so in its place; the others are not the worse for it. */
  private async load(signal: AbortSignal): Promise<void> {
    const { view } = this;
    try {
      await view?.load?.(signal);
      if (view === this.view) this.shown?.refuse('');
    } catch (error) {
      if (!(error instanceof Problem && error.isAboutAsked)) throw error;
      const isNothing = error.status === 404;
      if (view === this.view) this.shown?.refuse(isNothing ? error.message : sentencesOf(error));
    }
  }

  private showConnection(): void {
    const { service = '' } = this.options ?? {};
    const { failedAtMs } = this.connection;
    const trouble = troubleOf(this.connection, service, Date.now());
    const spoken = failedAtMs === null ? '' : `Cannot reach ${service}.`;
    this.shown?.showTrouble(trouble, spoken);
  }
}
