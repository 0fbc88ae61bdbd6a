/**
 * Reads environment variables by getenv(3), because Deno's own function needs a permission.
 */
import { libc } from "./libc.ts";

/** The value of a variable, `null` if it is not set. Bytes that are not UTF-8 become U+FFFD. */
export function environmentVariable(name: string): string | null {
  const value = libc.getenv(new TextEncoder().encode(`${name}\0`));
  if (value === null) return null;
  const view = new Deno.UnsafePointerView(value);
  const bytes: number[] = [];
  for (let byte = view.getUint8(); byte !== 0; byte = view.getUint8(bytes.length)) bytes.push(byte);
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
