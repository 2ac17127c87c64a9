import { type ClassConstructor, TransformationType } from 'class-transformer';
// @ts-expect-error its types stand elsewhere; @nestjs/mapped-types reads it from here as well
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import type { MetadataStorage } from 'class-transformer/types/MetadataStorage.js';
import { getMetadataStorage, ValidationTypes } from 'class-validator';

/*
 * class-transformer and class-validator look up, group and sort what they know of a class for each value
 * anew. Here that is done once for a class, and what is left are its rules. This knows the plain
 * cases only, and says nothing of what is wrong: for everything else both libraries do it.
 */

/** What class-transformer knows of classes. */
export const transformerStorage = defaultMetadataStorage as MetadataStorage;

type Members = Readonly<Record<string, unknown>>;

type Rule = (value: unknown, instance: object) => boolean;

interface MemberPlan {
  readonly name: string;
  /** What is made of a member's value; `UNKNOWN` where the libraries have to. */
  readonly make: (value: unknown, whole: object) => unknown;
  /** Its rules count only where each of these holds. */
  readonly conditions: readonly ((instance: object, value: unknown) => unknown)[];
  readonly rules: readonly Rule[];
}

interface Plan {
  readonly byName: ReadonlyMap<string, MemberPlan>;
  readonly members: readonly MemberPlan[];
}

type ValidationRule = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];

const UNKNOWN = Symbol('unknown');

const plans = new WeakMap<object, Plan | null>();

/**
 * The instance that class-transformer would make of a value, where class-validator would find nothing
 * wrong with it and no member of it is strange.
 * @returns null for every other value, and for some that are right
 */
export function quickDto<T extends object>(dto: ClassConstructor<T>, value: object): T | null {
  const plan = planOf(dto);
  if (plan === null) return null;
  const instance = new dto();
  for (const name of Object.keys(value)) {
    const member = plan.byName.get(name);
    const made = member ? member.make((value as Members)[name], value) : UNKNOWN;
    if (made === UNKNOWN) return null;
    (instance as Record<string, unknown>)[name] = made;
  }
  return plan.members.every((member) => isFine(member, instance)) ? instance : null;
}

function isFine({ name, conditions, rules }: MemberPlan, instance: object): boolean {
  const value = (instance as Members)[name];
  for (const holds of conditions) if (!holds(instance, value)) return true;
  for (const rule of rules) if (!rule(value, instance)) return false;
  return true;
}

function planOf(dto: ClassConstructor<object>): Plan | null {
  const known = plans.get(dto);
  if (known !== undefined) return known;
  const plan = makePlan(dto);
  plans.set(dto, plan);
  return plan;
}

function makePlan(dto: ClassConstructor<object>): Plan | null {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const exposes = transformerStorage.getStrategy(dto) !== 'none' || hasExposed(dto);
  if (rules.length === 0 || exposes) return null;
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const members = names.map((name) =>
    planMember(
      dto,
      name,
      rules.filter(({ propertyName }) => propertyName === name),
    ),
  );
  if (members.some((member) => member === null)) return null;
  const planned = members as MemberPlan[];
  return { members: planned, byName: new Map(planned.map((member) => [member.name, member])) };
}

function hasExposed(dto: Function): boolean {
  const { PLAIN_TO_CLASS } = TransformationType;
  return (
    transformerStorage.getExposedProperties(dto, PLAIN_TO_CLASS).length > 0 ||
    transformerStorage.getExcludedProperties(dto, PLAIN_TO_CLASS).length > 0
  );
}

function planMember(
  dto: ClassConstructor<object>,
  name: string,
  metadata: readonly ValidationRule[],
): MemberPlan | null {
  const { CUSTOM_VALIDATION, NESTED_VALIDATION, CONDITIONAL_VALIDATION, WHITELIST } =
    ValidationTypes;
  const kinds = [CUSTOM_VALIDATION, NESTED_VALIDATION, CONDITIONAL_VALIDATION, WHITELIST];
  const isPlain = metadata.every(
    ({ type, groups, validateIf }) =>
      kinds.includes(type) && (groups?.length ?? 0) === 0 && validateIf === undefined,
  );
  const isNested = metadata.some(({ type }) => type === NESTED_VALIDATION);
  const make = makerOf(dto, name, isNested);
  const isMethod = name in (dto.prototype as object);
  if (!isPlain || make === null || isMethod) return null;
  const rules: Rule[] = [];
  for (const each of metadata.filter(({ type }) => type === CUSTOM_VALIDATION)) {
    const found = rulesOf(each);
    if (found === null) return null;
    rules.push(...found);
  }
  if (isNested) rules.push((value) => value === undefined || isObject(value));
  const conditions = metadata
    .filter(({ type }) => type === CONDITIONAL_VALIDATION)
    .map(({ constraints }) => constraints[0] as MemberPlan['conditions'][number]);
  return { name, make, conditions, rules };
}

function rulesOf(metadata: ValidationRule): Rule[] | null {
  const found = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  if (found.some((each) => each.async)) return null;
  const { propertyName: property, constraints, each } = metadata;
  return found.map(({ instance: validator }) => {
    const rule: Rule = (value, object) =>
      validator.validate(value, {
        targetName: object.constructor.name,
        property,
        object,
        value,
        constraints,
      }) === true;
    if (!each) return rule;
    return (value, object) =>
      Array.isArray(value) ? value.every((item) => rule(item, object)) : rule(value, object);
  });
}

/** Null where it is no plain case. */
function makerOf(
  dto: ClassConstructor<object>,
  key: string,
  isNested: boolean,
): MemberPlan['make'] | null {
  const type = TransformationType.PLAIN_TO_CLASS;
  const nested = transformerStorage.findTypeMetadata(dto, key) as
    ReturnType<typeof transformerStorage.findTypeMetadata> | undefined;
  if ((nested !== undefined) !== isNested || nested?.options?.discriminator) return null;
  const copy = nested ? copierInto(nested.typeFunction() as ClassConstructor<object>) : copied;
  const transforms = transformerStorage.findTransformMetadatas(dto, key, type);
  if (transforms.length === 0) return copy;
  const hasOptions = transforms.some(({ options }) => Object.keys(options ?? {}).length > 0);
  if (hasOptions || isNested) return null;
  return (value, obj) => {
    let made = copy(value);
    for (const { transformFn } of transforms) {
      if (made === UNKNOWN) return made;
      made = transformFn({ value: made, key, obj, type, options: {} });
    }
    return made;
  };
}

/** Values that are their own copies, and lists of them. */
function copied(value: unknown): unknown {
  if (!Array.isArray(value)) return isObject(value) ? UNKNOWN : value;
  return value.some(isObject) ? UNKNOWN : [...(value as unknown[])];
}

function copierInto(type: ClassConstructor<object>): (value: unknown) => unknown {
  const one = (value: unknown): object | null =>
    isObject(value) && !Array.isArray(value) ? quickDto(type, value) : null;
  return (value) => {
    if (!isObject(value)) return value;
    if (!Array.isArray(value)) return one(value) ?? UNKNOWN;
    const list = (value as unknown[]).map(one);
    return list.includes(null) ? UNKNOWN : list;
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
