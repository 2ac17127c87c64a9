import { WHOLE } from './specs.js';

/** An account, a change of it, or a part of either, as JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** The names in a JSON Pointer to a member. */
function namesIn(pointer: string): string[] {
  return pointer.split('/').slice(1);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a pointer; undefined where nothing does. */
export function valueAt(json: Json, pointer: string): unknown {
  return namesIn(pointer).reduce<unknown>(
    (at, name) => (isJson(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    json,
  );
}

function withValue(json: Json, [name = '', ...rest]: readonly string[], value: unknown): Json {
  const below = json[name];
  const next = rest.length === 0 ? value : withValue(isJson(below) ? below : {}, rest, value);
  return { ...json, [name]: next };
}

/**
 * The body that changes some members and no other.
 * @param account as it is stored; of a member that is replaced as a whole the rest is taken from there
 * @param changes values by their pointers
 */
export function changeOf(account: Json, changes: ReadonlyMap<string, unknown>): Json {
  let change: Json = {};
  for (const [pointer, value] of changes) {
    const whole = WHOLE.find((each) => pointer.startsWith(`${each}/`));
    if (whole !== undefined && valueAt(change, whole) === undefined) {
      change = withValue(change, namesIn(whole), valueAt(account, whole) ?? {});
    }
    change = withValue(change, namesIn(pointer), value);
  }
  return WHOLE.reduce((made, whole) => {
    const group = valueAt(made, whole);
    return isJson(group) ? withValue(made, namesIn(whole), withoutNulls(group)) : made;
  }, change);
}

/** Null where nothing is left: then the default of all of them stands again. */
function withoutNulls(group: Json): Json | null {
  const left = Object.entries(group).filter(([, value]) => value !== null);
  return left.length === 0 ? null : Object.fromEntries(left);
}

/** The pointer, of some, that a refusal is about: the member itself, or what it is in. */
export function pointerOf(pointers: readonly string[], refused: string): string | undefined {
  return pointers.find((each) => refused === each || refused.startsWith(`${each}/`));
}

/** Which entry of a list is meant: 2 for `/allowedOrigins/2`; null where it is the list itself. */
export function placeIn(pointer: string, refused: string): number | null {
  const rest = refused.slice(pointer.length + 1);
  return /^\d+$/.test(rest) ? Number(rest) : null;
}
