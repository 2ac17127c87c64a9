import { describe, expect, it } from '@jest/globals';
import { AppError } from '#platform';
import { type ClassConstructor, Type } from 'class-transformer';
import {
  Allow,
  getMetadataStorage,
  IsIn,
  IsString,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import * as contracts from '#contracts';
import { quickDto, transformerStorage } from '../../libs/platform/src/validation/quick-dto.js';
import { validateSlowly } from '../../libs/platform/src/validation/validation.pipe.js';

/*
 * The quick way to a DTO beside class-validator's own, on generated bodies: what the one takes the
 * other takes, as the same instance. More of them: `QUICK_DTO_INPUTS=100000`.
 */
const INPUTS = Number(process.env['QUICK_DTO_INPUTS'] ?? 1_000);
const SEED = Number(process.env['QUICK_DTO_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

type Dto = ClassConstructor<object>;

class Part {
  @IsString()
  name!: string;
}

/** What our own have only together with rules that hide it. */
class Bare {
  @ValidateNested()
  @Type(() => Part)
  part?: unknown;

  @contracts.MayBeEmpty()
  @Allow()
  text?: unknown;

  @IsString({ each: true })
  texts?: unknown;

  @ValidateIf((bare: Bare) => bare.texts !== null)
  @IsIn(['a', 'b', null])
  chosen?: unknown = 'a';
}

const dtos = Object.entries({ ...contracts, Bare }).flatMap(([name, each]) =>
  typeof each === 'function' && rulesOf(each).length > 0 ? [[name, each as Dto] as const] : [],
);

describe('the quick way to a DTO', () => {
  it.each(dtos)(`says what class-validator says of a %s (seed ${SEED})`, (_name, dto) => {
    const random = new Random(SEED);
    for (let input = 0; input < INPUTS; input += 1) {
      const value = random.body(dto);
      const text = JSON.stringify(value);
      const quick = quickDto(dto, value);
      if (quick === null) continue;
      const slow = verdictOf(dto, value);
      expect([text, slow]).toEqual([text, quick]);
      expect(Object.getPrototypeOf(slow)).toBe(dto.prototype);
    }
  });

  it('is taken by most bodies that are right', () => {
    const random = new Random(1);
    const missed: string[] = [];
    for (const [name, dto] of dtos) {
      let [right, quick] = [0, 0];
      for (let input = 0; input < 300; input += 1) {
        const value = random.body(dto);
        if (typeof verdictOf(dto, value) === 'string') continue;
        right += 1;
        if (quickDto(dto, value) !== null) quick += 1;
      }
      if (quick === 0 || quick < right / 2) missed.push(`${name}: ${quick} of ${right}`);
    }
    expect(missed).toEqual([]);
  });
});

/** The instance, or what is wrong. */
function verdictOf(dto: Dto, value: object): object | string {
  try {
    return validateSlowly(dto, value);
  } catch (error) {
    if (error instanceof AppError) return JSON.stringify(error.details.errors);
    throw error;
  }
}

function rulesOf(dto: Function) {
  return getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
}

/** Bodies of many members, of which hardly any would be right by chance. */
const RIGHT = new Map<Function, Readonly<Record<string, unknown>>>([
  [contracts.ErasureOrderDto, anErasure()],
  [contracts.ErasureOrdersDto, { items: [anErasure(), anErasure()] }],
  [contracts.CreateAccountDto, { name: 'Shop' }],
  [contracts.StreamTaskDto, { session_id: 's', text: 'Hi', task_type: 'talk' }],
  [contracts.PostMessageDto, { conversationId: 'c', isFromUser: true, content: 'Hi' }],
  [contracts.AvatarMessageDto, { session_id: 's', role: 'user', text: 'Hi', message_id: 'm' }],
  [
    contracts.AccountLimitsDto,
    { maxConcurrentSessions: 5, maxSessionSeconds: 60, maxTranscriptTurns: 100, timeZone: 'UTC' },
  ],
  [
    contracts.AvatarConfigDto,
    {
      accountId: 'acc',
      avatarId: 'a',
      intro: '',
      knowledgeBaseId: null,
      voiceId: 'v',
      language: 'de',
      allowedOrigins: ['https://shop.test'],
      limits: { maxConcurrentSessions: 5, maxSessionSeconds: 60, maxTranscriptTurns: 100 },
    },
  ],
  [
    contracts.StatusUpdateDto,
    {
      sessionId: 's',
      status: 'completed',
      transcript: [{ role: 'user', transcript: 'Hi', timestamp: 1_760_000_000 }],
      accountId: 'acc',
      version: 2,
      durationSeconds: 1.5,
    },
  ],
]);

function anErasure(): Record<string, unknown> {
  const lists = { conversationIds: ['c'], sessionIds: [] };
  const orderedAt = '2026-01-01T00:00:00Z';
  return { erasureId: 'e', accountId: 'a', scope: 'visitor', visitorId: 'v', orderedAt, ...lists };
}

const UUID = '0b9f3f54-6c1e-4c1d-9a55-0d4a3f7f0b11';
const TEXTS = ['', 'a', 'Hello', 'user', 'avatar', 'de', 'en-US', UUID, 'x'.repeat(129), 'A_B'];
const LINKS = ['https://shop.test', 'https://shop.test/page?a=b', 'http:', '*', '2026-01-01'];
const NUMBERS = [0, 1, -1, 15, 60, 1.5, 1_760_000_000, 1_760_000_000_000, 1e300, -0];
const OTHERS = [null, true, false, undefined];
const ODD = ['__proto__', 'constructor', 'toString', 'nobody', ''];

/** Repeatable numbers, and bodies of them. */
class Random {
  constructor(private state: number) {}

  /** Mostly of the right form, so that many are right. */
  body(dto: Dto, depth = 0): Record<string, unknown> {
    const body: Record<string, unknown> = {};
    const names = [...new Set(rulesOf(dto).map(({ propertyName }) => propertyName))];
    const right = RIGHT.get(dto);
    const absent = this.pick([0.1, 0.1, 0.7]);
    for (const name of names) {
      if (right && name in right && this.chance(0.9)) body[name] = right[name];
      else if (!this.chance(right ? 0.9 : absent)) body[name] = this.member(dto, name, depth);
    }
    if (this.chance(0.03)) Object.defineProperty(body, this.pick(ODD), property(this.plain()));
    return body;
  }

  private member(dto: Dto, name: string, depth: number): unknown {
    const known = rulesOf(dto)
      .filter(({ propertyName }) => propertyName === name)
      .flatMap(({ constraints }) => (constraints ?? []) as unknown[])
      .flatMap((each) => (Array.isArray(each) ? (each as unknown[]) : [each]))
      .filter((each) => typeof each === 'string' || typeof each === 'number');
    const type = transformerStorage.findTypeMetadata(dto, name) as
      { typeFunction(): Function } | undefined;
    if (type && depth < 3 && this.chance(0.9)) {
      const nested = () => this.body(type.typeFunction() as Dto, depth + 1);
      const entry = () => (this.chance(0.05) ? this.plain() : nested());
      return this.chance(0.5) ? nested() : Array.from({ length: this.below(3) }, entry);
    }
    if (known.length > 0 && this.chance(0.5)) {
      const one = this.pick(known);
      if (typeof one === 'number') return one + this.pick([-1, 0, 0, 1, 0.5]);
      return this.chance(0.2) ? [one] : one;
    }
    return this.plain();
  }

  private plain(): unknown {
    const kind = this.below(12);
    if (kind < 5) return this.pick(TEXTS);
    if (kind < 6) return this.pick(LINKS);
    if (kind < 8) return this.pick(NUMBERS);
    if (kind < 10) return this.pick(OTHERS);
    if (kind < 11)
      return Array.from({ length: this.below(3) }, () => this.pick([...TEXTS, ...LINKS]));
    return this.chance(0.5) ? {} : { a: 1, toString: 'x' };
  }

  private pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  private chance(share: number): boolean {
    return this.next() < share;
  }

  private below(most: number): number {
    return Math.floor(this.next() * most);
  }

  /** Mulberry32. */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** A member of its own, whatever its name is. */
function property(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, writable: true, configurable: true };
}
