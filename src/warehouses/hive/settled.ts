/** What became of a promise. */
type Settled<Value> = { readonly value: Value } | { readonly error: unknown };

/** Waits for a promise; its error is a value, too. */
export async function settled<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}
