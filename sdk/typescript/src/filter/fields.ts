import { accept } from "../decode.js";
import type { CollectionName, RecordOf, SchemaTypes } from "../schema.js";
import type { Decimal } from "./decimal.js";
import { Filter } from "./filter.js";
import { quote, type FilterValue } from "./quote.js";

/** What can be asked of every field. */
interface Nullable {
  isNull(): Filter;
  isNotNull(): Filter;
}

/** Of a value that is equal to another one or not. */
interface Equatable<V> extends Nullable {
  eq(value: V | null): Filter;
  ne(value: V | null): Filter;
  oneOf(values: readonly V[]): Filter;
}

/** Of a value that comes before another one or after it. */
interface Ordered<V> extends Equatable<V> {
  lt(value: V): Filter;
  lte(value: V): Filter;
  gt(value: V): Filter;
  gte(value: V): Filter;
}

/** Of a text, letter by letter. */
interface Textual extends Ordered<string> {
  startsWith(part: string): Filter;
  endsWith(part: string): Filter;
  contains(part: string): Filter;
  /** A regular expression in RE2 syntax. */
  matches(pattern: string): Filter;
}

/** Of several values. */
interface Holding<V> extends Nullable {
  has(value: V): Filter;
}

/** Of several records. The ids of a relation to many, too. */
interface Several<S extends SchemaTypes, C extends CollectionName<S>> {
  has(id: string): Filter;
  exists(condition: Condition<S, C>): Filter;
  all(condition: Condition<S, C>): Filter;
  existsOne(condition: Condition<S, C>): Filter;
}

type Condition<S extends SchemaTypes, C extends CollectionName<S>> = (
  record: FilterFields<S, C>,
) => Filter;

/** The items of a list, or the value itself, without null. */
type Items<V> =
  NonNullable<V> extends readonly (infer I)[] ? I : NonNullable<V>;

interface Kinds<V> {
  readonly id: Equatable<string>;
  readonly ids: Holding<string>;
  readonly text: Textual;
  readonly integer: Ordered<number>;
  readonly number: Ordered<number>;
  readonly decimal: Ordered<Decimal>;
  readonly boolean: Equatable<boolean>;
  readonly datetime: Ordered<string | Date>;
  readonly date: Ordered<string>;
  readonly select: Equatable<Items<V>>;
  readonly multi_select: Holding<Items<V>>;
  readonly json: Nullable;
}

type Fields<S extends SchemaTypes, C extends CollectionName<S>> = {
  readonly [
    F in keyof S["collections"][C]["filter"] & keyof RecordOf<S, C>
  ]: Kinds<RecordOf<S, C>[F]>[S["collections"][C]["filter"][F]];
};

type ToOne<S extends SchemaTypes, C extends CollectionName<S>> = {
  readonly [W in keyof S["collections"][C]["toOne"]]: FilterFields<
    S,
    S["collections"][C]["toOne"][W] & CollectionName<S>
  >;
};

type ToMany<S extends SchemaTypes, C extends CollectionName<S>> = {
  readonly [W in keyof S["collections"][C]["toMany"]]: Several<
    S,
    S["collections"][C]["toMany"][W] & CollectionName<S>
  >;
};

/** The fields of a collection, and the ways to its related records, to make filters of. */
export type FilterFields<
  S extends SchemaTypes,
  C extends CollectionName<S>,
> = Fields<S, C> & ToOne<S, C> & ToMany<S, C>;

type Operand = (value: FilterValue) => Filter;

/** The fields under a name; none for those of the list's own collection. */
export function fieldsBelow<Fields>(name: string, depth = 0): Fields {
  const operators = operatorsOf(name, depth);
  const proxy: unknown = new Proxy(Object.freeze({}), {
    get: (_, property) => {
      if (typeof property !== "string") {
        return undefined;
      }
      if (name !== "" && Object.hasOwn(operators, property)) {
        return operators[property];
      }
      if (!/^[a-z][a-z0-9_]*$/.test(property)) {
        throw new TypeError(`${JSON.stringify(property)} is no field`);
      }
      return fieldsBelow(name === "" ? property : `${name}.${property}`, depth);
    },
  });
  // What the type says was made from the definition; the server refuses what it does not know.
  return accept<Fields>(proxy, null);
}

function operatorsOf(
  name: string,
  depth: number,
): Readonly<Record<string, unknown>> {
  const compare =
    (operator: string): Operand =>
    (value) =>
      Filter.fromText(`${name} ${operator} ${quote(value)}`);
  const call =
    (method: string): Operand =>
    (value) =>
      Filter.fromText(`${name}.${method}(${quote(value)})`);
  const ask = (method: string) => (condition: (record: unknown) => Filter) => {
    const item = `_${depth + 1}`;
    const { text } = condition(fieldsBelow(item, depth + 1));
    return Filter.fromText(`${name}.${method}(${item}, ${text})`);
  };
  return {
    eq: compare("=="),
    ne: compare("!="),
    lt: compare("<"),
    lte: compare("<="),
    gt: compare(">"),
    gte: compare(">="),
    oneOf: (values: readonly FilterValue[]) =>
      values.length === 0 ? Filter.fromText("false") : compare("in")(values),
    isNull: () => compare("==")(null),
    isNotNull: () => compare("!=")(null),
    startsWith: call("startsWith"),
    endsWith: call("endsWith"),
    contains: call("contains"),
    matches: call("matches"),
    has: (value: FilterValue) => Filter.fromText(`${quote(value)} in ${name}`),
    exists: ask("exists"),
    all: ask("all"),
    existsOne: ask("exists_one"),
  };
}
