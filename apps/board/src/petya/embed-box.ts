import { embedCode } from '#contracts/embed-code';
import { field, h, setText } from '../shared/dom.js';
import { embedAddressesOf, lackOf, originOf } from './addresses.js';
import { Copied } from './copy.js';
import type { Desk } from './desk.js';
import { plainInput } from './plain-input.js';

/** The embed code of a key. The key stays on the page: nobody is asked about it. */
export class EmbedBox {
  readonly element: HTMLElement;
  private readonly key = plainInput();
  private readonly api = plainInput();
  private readonly gateway = plainInput();
  private readonly lack = h('p', { class: 'hint' });
  private readonly code = new Copied('Embed code');
  /** Ends the watching of the addresses. */
  readonly close: () => void;

  constructor(desk: Desk) {
    const more = h(
      'details',
      {},
      h('summary', {}, 'The addresses in it'),
      h(
        'div',
        { class: 'fields' },
        field("Petya's address for visitors", this.api, 'Such as https://petya.example.com.'),
        field("The gateway's address for visitors", this.gateway, 'It serves the plugin.'),
      ),
    );
    this.element = h(
      'section',
      { class: 'fields' },
      h('h2', {}, 'Embed code'),
      field('Public key', this.key, 'One that was made here just now, or one that you type in.'),
      more,
      this.lack,
      this.code.element,
    );
    const typed = new Set<HTMLInputElement>();
    for (const input of [this.key, this.api, this.gateway]) {
      input.addEventListener('input', () => {
        typed.add(input);
        this.show();
      });
    }
    let isFirst = true;
    this.close = desk.addresses.watch((told) => {
      const { api, gateway } = embedAddressesOf(told, location.origin);
      // What somebody has typed stays.
      if (!typed.has(this.api)) this.api.value = api ?? '';
      if (!typed.has(this.gateway)) this.gateway.value = gateway ?? '';
      if (isFirst && (api === null || gateway === null)) more.open = true;
      isFirst = false;
      this.show();
    });
    this.show();
  }

  use(key: string): void {
    this.key.value = key;
    this.show();
  }

  private show(): void {
    const key = this.key.value.trim();
    const api = originOf(this.api.value);
    const gateway = originOf(this.gateway.value);
    const lack = lackOf(key, { api, gateway });
    setText(this.lack, lack ?? 'It stands in the pages of the site, in each page once.');
    this.code.element.hidden = lack !== null;
    this.code.show(
      lack === null && api !== null && gateway !== null ? embedCode({ key, api, gateway }) : '',
    );
  }
}
