import { button, type Child, h, setAttribute, setText } from './dom.js';
import { writeHash } from './hash.js';
import { Said } from './said.js';
import type { Tone } from './tone.js';
import type { Section, View } from './view.js';
import { visible } from './visible.js';

/** What stands around every view. */
export class Frame {
  readonly element: HTMLElement;
  readonly said = new Said();
  private readonly chip = h('a', { class: 'chip' });
  private readonly news = h('p', { class: 'unseen', role: 'status' });
  private readonly trouble = h('aside', {
    class: 'trouble',
    'aria-label': 'Connection',
    hidden: true,
  });
  private readonly spoken = h('p', { class: 'unseen', role: 'status' });
  private readonly you = h('bdi', { class: 'you' });
  private readonly main = h('main', { id: 'main', tabindex: -1 });
  private readonly refusal = h('p', { class: 'refusal', role: 'alert' });
  private readonly links: ReadonlyMap<string, HTMLAnchorElement>;
  private readonly badges: ReadonlyMap<string, HTMLElement>;
  private heading: HTMLElement | null = null;

  /**
   * @param standing what stands on every view
   * @param onSignOut the end of a visit
   */
  constructor(
    private readonly title: string,
    sections: readonly Section[],
    standing: Child,
    onSignOut: () => void,
  ) {
    this.chip.href = writeHash(sections[0]?.path ?? '');
    const badges = sections.map(({ path }) => [path, h('span', { class: 'badge' })] as const);
    this.badges = new Map(badges);
    this.links = new Map(
      sections.map(({ path, label }) => [
        path,
        h('a', { href: writeHash(path) }, label, this.badges.get(path) ?? null),
      ]),
    );
    const items = [...this.links.values()].map((link) => h('li', {}, link));
    const skip = button('To the content', 'skip', () => this.focusHeading());
    this.element = h(
      'div',
      { class: 'frame' },
      h(
        'header',
        {},
        skip,
        h('p', { class: 'brand' }, title),
        this.chip,
        h('div', { class: 'who' }, this.you, button('Sign out', 'quiet', onSignOut)),
        this.spoken,
        this.news,
        standing,
      ),
      this.trouble,
      h('nav', { 'aria-label': 'Views' }, h('ul', {}, ...items)),
      this.main,
      this.said.element,
    );
  }

  show(path: string, view: View): void {
    this.element.dataset['view'] = path;
    for (const [each, link] of this.links) {
      setAttribute(link, 'aria-current', each === path ? 'page' : null);
    }
    this.heading = view.heading ?? h('h1', {}, view.title);
    this.heading.tabIndex = -1;
    this.refuse('');
    this.main.replaceChildren(this.heading, this.refusal, ...kept(view.content));
    this.name(view.title);
  }

  /** What the browser's tab says. */
  name(view: string): void {
    document.title = `${view} · ${this.title}`;
  }

  focusHeading(): void {
    (this.heading ?? this.main).focus();
  }

  /** Why a view shows nothing. */
  refuse(text: string): void {
    setText(this.refusal, visible(text));
  }

  /** How things stand, on every view; a change is told to whoever hears it. */
  showChip(text: string, tone: Tone): void {
    this.chip.dataset['tone'] = tone;
    setText(this.chip, text);
    setText(this.news, text);
  }

  showYou(name: string | null): void {
    setText(this.you, visible(name ?? '', 40));
  }

  showBadge(path: string, count: number): void {
    const badge = this.badges.get(path);
    if (badge) setText(badge, count === 0 ? '' : ` ${count.toLocaleString('en-US')}`);
  }

  /** @param spoken the same without what changes each second */
  showTrouble(text: string | null, spoken: string): void {
    this.trouble.hidden = text === null;
    setText(this.trouble, visible(text ?? ''));
    setText(this.spoken, spoken);
  }
}

function kept(content: readonly Child[]): (Node | string)[] {
  return content.filter((child) => child !== null);
}
