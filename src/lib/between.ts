/**
 * A function that puts a prototype of its own between an object and its class, so that some members are others while the
 * object stays a genuine instance: what it holds inside is untouched. One prototype for each class, whoever's it is.
 */
export function between<T extends object>(members: (base: T) => PropertyDescriptorMap): (object: T) => T {
  const prototypes = new WeakMap<object, object>();
  return (object) => {
    const base = Object.getPrototypeOf(object) as T;
    let prototype = prototypes.get(base);
    if (prototype === undefined) {
      prototype = Object.create(base, members(base)) as object;
      prototypes.set(base, prototype);
    }
    return Object.setPrototypeOf(object, prototype) as T;
  };
}

/** A method for {@link between}. */
export function method<T>(call: (self: T, ...args: never[]) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    writable: true,
    value(this: T, ...args: never[]): unknown {
      return call(this, ...args);
    },
  };
}

/** A getter for {@link between}. */
export function getter<T>(get: (self: T) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    get(this: T): unknown {
      return get(this);
    },
  };
}
