/**
 * What a promise comes to, if it does so within the time; what becomes of it later is nobody's business.
 * @throws an error named TooLateError when the time is over
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TooLateError(`No answer within ${ms} ms.`)), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Something took longer than it was given. */
class TooLateError extends Error {
  override readonly name = "TooLateError";
}
