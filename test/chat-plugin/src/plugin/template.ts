/** A tag, its attributes, and what stands in it. */
type Piece = readonly [tag: string, attributes: string, ...inside: (Piece | string)[]];

/*
 * Built element by element: a page with Trusted Types takes no HTML from us. An attribute without a
 * value is a mark by which the view finds its element.
 */
const PANEL: Piece = [
  'section',
  'class=chat data-panel data-state=off',
  [
    'div',
    'class=head',
    ['div', 'class=face aria-hidden=true'],
    [
      'div',
      '',
      ['h2', 'data-title dir=auto'],
      ['p', 'class=status role=status dir=auto data-status'],
    ],
  ],
  [
    'div',
    'class=stage data-stage hidden',
    ['video', 'data-video playsinline autoplay'],
    ['div', 'class=wait aria-hidden=true', ['i', ''], ['i', ''], ['i', '']],
    [
      'div',
      'class=captions aria-hidden=true',
      ['p', 'data-caption-user dir=auto'],
      ['p', 'data-caption-avatar dir=auto'],
    ],
  ],
  [
    'div',
    'class=log role=log aria-label=Conversation tabindex=0 data-log',
    ['ol', 'class=lines data-lines'],
  ],
  [
    'form',
    'class=compose data-compose hidden',
    ['label', 'class=hidden for=say', 'Your message'],
    ['input', 'id=say name=say dir=auto autocomplete=off data-say'],
    ['button', 'type=button data-send', 'Send'],
  ],
  [
    'div',
    'class=actions',
    ['button', 'type=button data-retry hidden', 'Try again'],
    ['button', 'type=button data-start hidden', 'Talk with video'],
    ['button', 'type=button data-sound hidden', 'Turn the sound on'],
    [
      'button',
      'type=button class=quiet aria-pressed=false data-microphone hidden',
      'Use microphone',
    ],
    ['button', 'type=button class=quiet data-stop hidden', 'Stop video'],
    ['button', 'type=button class=quiet data-end hidden', 'End conversation'],
  ],
];

/** The plugin's elements. */
export function buildPanel(): HTMLElement {
  return elementOf(PANEL);
}

function elementOf([tag, attributes, ...inside]: Piece): HTMLElement {
  const element = document.createElement(tag);
  for (const attribute of attributes.split(' ')) {
    const [name = '', value = ''] = attribute.split('=');
    if (name !== '') element.setAttribute(name, value);
  }
  element.append(...inside.map((piece) => (typeof piece === 'string' ? piece : elementOf(piece))));
  return element;
}
