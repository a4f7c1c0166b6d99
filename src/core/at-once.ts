/**
 * Goes on with a value: at once if it is there, else when it comes. A read that waits for nothing then costs neither a
 * promise nor a turn of the queue of promises.
 */
export function afterwards<T, Made>(
  value: T | Promise<T>,
  goOn: (value: T) => Made | Promise<Made>,
): Made | Promise<Made> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}

/** Makes something of several values as `afterwards` does. */
export function together<T, Made>(
  values: readonly (T | Promise<T>)[],
  make: (values: readonly T[]) => Made,
): Made | Promise<Made> {
  return values.some((one) => one instanceof Promise)
    ? Promise.all(values).then(make)
    : make(values as readonly T[]);
}
