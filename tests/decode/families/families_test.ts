/**
 * Tests of every family: its structures have the layout of the kernel's interface table and type information, and cut
 * structures give fewer fields or a DecodeError.
 */
import { assert, assertEquals } from "@std/assert";
import { type AttributeTable, walkAttributes } from "../../../decode/netlink/attribute.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import { families } from "../../../decode/families/all_families.ts";
import type { Layout } from "../../../decode/record/layout.ts";
import { readFixture } from "../../pcap_source.ts";
import { EventLog } from "../event_log.ts";
import { walkLayout } from "../../../decode/record/walk_layout.ts";

interface Field {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly bits?: readonly [number, number];
}

const uapi: {
  readonly structs: Readonly<Record<string, { readonly size: number; readonly fields: readonly Field[] }>>;
} = JSON.parse(new TextDecoder().decode(readFixture("uapi.json")));

/** All tables of a family, including nested ones. */
function tablesOf(tables: readonly AttributeTable[]): AttributeTable[] {
  return tables.flatMap((table) => [
    table,
    ...tablesOf(table.attributes.flatMap(({ payload }) => payload.attributes === null ? [] : [payload.attributes])),
  ]);
}

function layoutsOf(layouts: readonly Layout[], tables: readonly AttributeTable[]): Layout[] {
  const inAttributes = tables.flatMap(({ attributes }) =>
    attributes.flatMap(({ payload }) => payload.layout === null ? [] : [payload.layout])
  );
  return [...new Set([...layouts, ...inAttributes])];
}

/** Bytes that look random and are the same in every run. */
function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, () => (state = Math.imul(state, 1103515245) + 12345 & 0x7fffffff) >>> 16 & 0xff);
}

/** What a walk over exactly these bytes pushes. */
function walk(bytes: Uint8Array<ArrayBuffer>, push: (view: DataView, log: EventLog) => void): string[] | DecodeError {
  const log = new EventLog();
  try {
    push(new DataView(bytes.buffer), log);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  return log.events;
}

for (const family of families) {
  const { layouts, attributes } = family.describe();
  const tables = tablesOf(attributes);
  const all = layoutsOf(layouts, tables);

  Deno.test(`${family.name}: members of its structures lie where the interface table has them`, () => {
    for (const layout of all) {
      const struct = uapi.structs[layout.name];
      if (struct === undefined) continue;
      const known = new Map(struct.fields.map((field) => [field.name, field]));
      for (const { member, offset, size, bits } of layout.members) {
        const field = known.get(member);
        // Members of nested structures, and numbers that one row combines, are compared where they are defined.
        if (field === undefined || bits !== null || field.size > size || size > field.size) continue;
        assertEquals([offset, size], [field.offset, field.size], `${layout.name}.${member}`);
      }
      // Socket addresses lie in a struct sockaddr_storage, which has room for any address.
      if (!layout.name.startsWith("sockaddr")) {
        assert(layout.size <= struct.size, `${layout.name} of ${layout.size} bytes`);
      }
    }
  });

  Deno.test(`${family.name}: its structures, cut at every byte, give fewer fields or a DecodeError`, () => {
    for (const layout of all) {
      const bytes = noise(layout.size, 11);
      for (const first of [2, 10, bytes[0]!]) {
        bytes[0] = first;
        const whole = walk(bytes, (view, log) => walkLayout(layout, view, bytes, 0, bytes.length, log));
        for (let length = 0; length < bytes.length; length++) {
          const cut = bytes.slice(0, length);
          const events = walk(cut, (view, log) => walkLayout(layout, view, cut, 0, length, log));
          if (events instanceof DecodeError || whole instanceof DecodeError) continue;
          assert(events.length <= whole.length, `${layout.name} of ${length} bytes`);
        }
      }
    }
  });

  Deno.test(`${family.name}: attributes with payloads of every length give fields or a DecodeError, and leave nothing behind`, () => {
    for (const table of tables) {
      for (const { number, name } of table.attributes) {
        for (let length = 0; length <= 160; length++) {
          const bytes = new Uint8Array(4 + length);
          bytes.set(noise(length, 5 + length), 4);
          new DataView(bytes.buffer).setUint16(0, bytes.length, true);
          new DataView(bytes.buffer).setUint16(2, number, true);
          walk(bytes, (view, log) => walkAttributes(table, view, bytes, 0, bytes.length, log));
          assert(table.starts.every((start) => start === 0), `${name} of ${length} bytes`);
        }
      }
    }
  });
}
