import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsString, Min, ValidateNested } from 'class-validator';
import { MayBeAbsent } from '#contracts';
import { AppError } from '../errors/app-error.js';
import { DtoValidationPipe, validateDto } from './validation.pipe.js';

class Item {
  @IsString()
  name!: string;
}

class Order {
  @Min(1)
  @IsInt({ message: 'must be a whole number' })
  count!: number;

  @MayBeAbsent()
  @IsString()
  'a/b~c'?: string;

  @ArrayMaxSize(1_000)
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Item)
  items!: Item[];
}

class Note {
  @MayBeAbsent()
  @IsString()
  text?: string;
}

const good = { count: 1, items: [{ name: 'a' }] };

function refusal(value: unknown) {
  try {
    validateDto(Order, value);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('invalid_input');
    return error.details.errors ?? [];
  }
}

describe('a body that fits its class', () => {
  it('becomes an instance with the same members, nested ones too', () => {
    const order = validateDto(Order, good);
    expect(order).toBeInstanceOf(Order);
    expect(order.items[0]).toBeInstanceOf(Item);
    expect(JSON.parse(JSON.stringify(order))).toEqual(good);
  });
});

/** An object with a member of its own, whatever its name is. */
function own(name: string, value: unknown): object {
  return Object.defineProperty({}, name, { value, enumerable: true, writable: true });
}

const UNKNOWN = 'has a member that is not known; known here: a/b~c, count, items';

describe('a body that does not fit', () => {
  it.each([
    [{ ...good, count: '1' }, '/count', 'must be a whole number'],
    [{ ...good, count: 0 }, '/count', 'must not be less than 1'],
    [{ items: [] }, '/count', 'is missing; it must be a whole number'],
    [{ ...good, items: [{ name: 'a' }, { name: 7 }] }, '/items/1/name', 'must be a string'],
    [{ ...good, 'a/b~c': 7 }, '/a~1b~0c', 'must be a string'],
    [{ ...good, price: 3 }, '', UNKNOWN],
    [{ ...good, 'x/y~z': 3, price: 4 }, '', UNKNOWN],
    [{ ...good, '': 3 }, '', UNKNOWN],
    [
      { ...good, items: [{ name: 'a' }, { name: 'b', id: 1 }] },
      '/items/1',
      'has a member that is not known; known here: name',
    ],
  ])('is refused by pointer: %j', (value, pointer, message) => {
    expect(refusal(value)).toEqual([{ pointer, message }]);
  });

  it.each([[null], [[]], [[good]], ['{}'], [7], [true]])('is refused when it is %j', (value) => {
    expect(refusal(value)).toEqual([{ pointer: '', message: 'must be a JSON object' }]);
  });

  const INHERITED = [
    ...Object.getOwnPropertyNames(Object.prototype),
    'toJSON',
    'then',
    'prototype',
  ];

  it.each(INHERITED)('is refused for a member named %s, at any depth', (name) => {
    // As JSON and queries make it: the name is the object's own, also `__proto__`.
    const named = (value: object) => Object.assign(own(name, 1), value);
    expect(refusal(named(good))).toEqual([{ pointer: '', message: UNKNOWN }]);
    const nested = { ...good, items: [{ name: 'a' }, named({ name: 'b' })] };
    expect(refusal(nested).map(({ pointer }) => pointer)).toEqual(['/items/1']);
    const query = Object.assign(Object.create(null), named(good)) as unknown;
    Object.defineProperty(query, name, { value: '1', enumerable: true });
    expect(refusal(query)).toEqual([{ pointer: '', message: UNKNOWN }]);
  });

  it.each(INHERITED)('is rid of a member named %s where strange ones are dropped', (name) => {
    const named = Object.assign(own(name, 1), { count: 1, items: [{ name: 'a' }] });
    const order = validateDto(Order, named, { unknownMembers: 'drop' });
    expect(Object.keys(order)).not.toContain(name);
    expect(order).toBeInstanceOf(Order);
  });

  it('is named by at most 20 of its faults', () => {
    const items = Array.from({ length: 500 }, () => ({ name: 7 }));
    const errors = refusal({ ...good, items });
    expect(errors).toHaveLength(20);
    expect(errors.at(-1)?.pointer).toBe('/items/19/name');
    const strangers = Object.fromEntries(items.map((_item, index) => [`x${index}`, 1]));
    expect(refusal({ ...good, ...strangers })).toEqual([{ pointer: '', message: UNKNOWN }]);
  });

  it('never has its values repeated, and no strange name', () => {
    const secret = 'SE_5799564546777614';
    const errors = refusal({ count: secret, items: [{ name: { secret } }, secret] });
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toContain(secret);
    const named = { ...good, [secret]: 1, items: [{ name: 'a', [secret]: { [secret]: 2 } }] };
    expect(refusal(named).map(({ pointer }) => pointer)).toEqual(['', '/items/0']);
    expect(JSON.stringify(refusal(named))).not.toContain(secret);
  });

  it('is not changed by the check', () => {
    const body = { count: '1', items: [{ name: 7, more: true }] };
    const before = structuredClone(body);
    refusal(body);
    expect(body).toEqual(before);
  });
});

describe('the pipe', () => {
  const pipe = new DtoValidationPipe();

  it('checks bodies and queries, and a body that is not there as an empty one', () => {
    expect(pipe.transform(good, { type: 'body', metatype: Order })).toBeInstanceOf(Order);
    expect(() => pipe.transform({}, { type: 'query', metatype: Order })).toThrow(AppError);
    expect(pipe.transform(undefined, { type: 'body', metatype: Note })).toEqual(new Note());
    expect(() => pipe.transform(null, { type: 'body', metatype: Order })).toThrow(AppError);
  });

  it.each([String, Number, Boolean, Object, Array, undefined])(
    'lets a value through that is declared as %p',
    (metatype) => {
      expect(pipe.transform('s-1', { type: 'param', metatype })).toBe('s-1');
    },
  );

  it('lets through what our own decorators put there', () => {
    const caller = { kind: 'customer' };
    expect(pipe.transform(caller, { type: 'custom', metatype: Order })).toBe(caller);
  });
});

describe('a body with a long list', () => {
  const pipe = new DtoValidationPipe();
  const items = Array.from({ length: 950 }, (_, at) => ({ name: `item ${at}` }));
  const through = (value: unknown) => pipe.transform(value, { type: 'body', metatype: Order });
  const problemsOf = async (value: unknown) => {
    try {
      await through(value);
      return [];
    } catch (error) {
      return (error as AppError).details.errors ?? [];
    }
  };

  it('is what it would be if it were checked in one go', async () => {
    const order = (await through({ ...good, items })) as Order;
    expect(order).toBeInstanceOf(Order);
    expect(order.items.every((item) => item instanceof Item)).toBe(true);
    expect(order).toEqual(validateDto(Order, { ...good, items }));
  });

  it.each([0, 99, 100, 101, 349, 949])('is refused for its entry %s, by its place', async (at) => {
    const wrong = items.with(at, { name: 7 } as never);
    expect(await problemsOf({ ...good, items: wrong })).toEqual(refusal({ ...good, items: wrong }));
  });

  it.each([
    ['a wrong member beside it', { count: 0 }],
    ['an unknown member beside it', { surprise: 1 }],
    ['an entry that is no object', { items: items.with(500, 'x' as never) }],
  ])('is refused for %s', async (_what, more) => {
    const value = { ...good, items, ...more };
    expect(await problemsOf(value)).toEqual(refusal(value));
  });

  it('is refused for its length', async () => {
    const value = { ...good, items: [...items, ...items] };
    expect(await problemsOf(value)).toEqual(refusal(value));
  });

  it('lets others have their turn meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await through({ ...good, items });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});
