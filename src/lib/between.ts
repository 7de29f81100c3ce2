/** Members that are others than those of an object's class. */
export interface Members<T> {
  readonly getters?: Readonly<Record<string, (self: T) => unknown>>;
  readonly methods: Readonly<Record<PropertyKey, (self: T, ...args: never[]) => unknown>>;
}

/**
 * A function that puts a prototype of its own between an object and its class, so that some members are others while the
 * object stays a genuine instance: what it holds inside is untouched. One prototype for each class, whoever's it is.
 */
export function between<T extends object>(membersFor: (base: T) => Members<T>): (object: T) => T {
  const prototypes = new WeakMap<object, object>();
  let latest: { readonly base: T; readonly prototype: object } | undefined;
  return (object) => {
    const base = Object.getPrototypeOf(object) as T;
    if (latest?.base !== base) {
      const prototype: object = prototypes.get(base) ?? Object.create(base, descriptorsOf(membersFor(base)));
      prototypes.set(base, prototype);
      latest = { base, prototype };
    }
    return Object.setPrototypeOf(object, latest.prototype) as T;
  };
}

function descriptorsOf<T>({ getters = {}, methods }: Members<T>): PropertyDescriptorMap {
  const descriptors: PropertyDescriptorMap = {};
  for (const [name, get] of Object.entries(getters)) descriptors[name] = getter(get as (self: unknown) => unknown);
  for (const name of Reflect.ownKeys(methods)) {
    descriptors[name] = method(methods[name] as (self: unknown, ...args: never[]) => unknown);
  }
  return descriptors;
}

function getter(get: (self: unknown) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    get(this: unknown): unknown {
      return get(this);
    },
  };
}

function method(call: (self: unknown, ...args: never[]) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    writable: true,
    value(this: unknown, ...args: never[]): unknown {
      return call(this, ...args);
    },
  };
}
