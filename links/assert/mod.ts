/**
 * The part of `@std/assert` that the tests use, made of `node:assert/strict`, for machines that cannot reach JSR.
 */
import assertStrict from "node:assert/strict";

export { AssertionError } from "node:assert/strict";

export function assert(value: unknown, message?: string): asserts value {
  assertStrict.ok(value, message);
}

export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  assertStrict.deepStrictEqual(actual, expected, message);
}

export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  assertStrict.notDeepStrictEqual(actual, expected, message);
}

export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  assertStrict.ok(
    actual.includes(expected),
    message ?? `${JSON.stringify(actual)} does not contain ${JSON.stringify(expected)}`,
  );
}

export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  assertStrict.match(actual, expected, message);
}

export function assertThrows<E extends Error = Error>(
  run: () => unknown,
  // deno-lint-ignore no-explicit-any
  errorClass: new (...args: any[]) => E,
  messageIncludes = "",
): E {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  assertStrict.ok(thrown instanceof errorClass, `expected ${errorClass.name}, got ${thrown}`);
  assertStringIncludes(thrown.message, messageIncludes);
  return thrown;
}

export async function assertRejects<E extends Error = Error>(
  run: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any
  errorClass: new (...args: any[]) => E,
  messageIncludes = "",
): Promise<E> {
  let thrown: unknown;
  try {
    await run();
  } catch (error) {
    thrown = error;
  }
  assertStrict.ok(thrown instanceof errorClass, `expected ${errorClass.name}, got ${thrown}`);
  assertStringIncludes(thrown.message, messageIncludes);
  return thrown;
}
