/**
 * How the values of socket options are stored, and how they become fields of the object `options`. An option is handled as an
 * attribute, so that everything else works as with attributes of the kernel.
 */
import { type Attribute, custom, type Payload, rawBytes, scalar, structure, text } from "../../netlink/attribute.ts";
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import { defineElement, defineKey, type FieldNote, type Key, type ValueType } from "../../record/key.ts";
import {
  boolean,
  defineLayout,
  enumeration,
  flags,
  identifier,
  type Row,
  type RowOptions,
} from "../../record/layout.ts";

/** The object with all options of a socket. */
export const options: Key = defineKey(null, "options", {
  type: "object",
  meaning:
    "Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts.",
  source: "getsockopt(2)",
  privilege: "CAP_SYS_PTRACE for processes of other users",
});

/** The description of an option. */
export interface OptionNote {
  /** Its name in the header: `SO_KEEPALIVE`. */
  readonly constant: string;
  readonly field: string;
  readonly meaning: string;
  readonly since: string;
}

/** How an option is stored and shown. */
export interface Kind {
  /** Bytes to ask for. The kernel never returns more. */
  readonly size: number;
  /** Whether a shorter value is a value too: text, bytes, lists, and structures that grow. */
  readonly varies: boolean;
  /** The attribute with this number for an option. */
  define(number: number, note: OptionNote): Attribute;
}

type Number = "s32" | "u32" | "u64";
const SIZES: Readonly<Record<Number | "u8" | "u16", number>> = { u8: 1, u16: 2, s32: 4, u32: 4, u64: 8 };

const number = (storage: Number | "u8" | "u16", unit = "", rules: RowOptions = {}): Kind => ({
  size: SIZES[storage],
  varies: false,
  define: (number, { constant, field, meaning, since }) =>
    scalar(number, constant, storage, field, meaning, { ...rules, unit, since, parent: options, exact: true }),
});

export const bool: Kind = number("s32", "", { show: boolean });
export const int: Kind = number("s32");
export const intOf = (unit: string): Kind => number("s32", unit);
export const uint: Kind = number("u32");
export const uintOf = (unit: string): Kind => number("u32", unit);
export const u16: Kind = number("u16");
export const u8: Kind = number("u8");
export const u64Of = (unit: string): Kind => number("u64", unit);
export const id64: Kind = number("u64", "", { show: identifier });
/** A number that stands for a word, the first one for `first`. */
export const wordOf = (words: readonly (string | undefined)[], first = 0): Kind =>
  number("s32", "", { show: enumeration(words, first) });
/** Bits that stand for words. */
export const bits = (words: readonly (string | undefined)[]): Kind => number("u32", "", { show: flags(words) });

/** A payload that is one field. */
function single(
  size: number,
  varies: boolean,
  note: Partial<FieldNote> & { readonly type: ValueType },
  makePayload: (key: Key) => Payload,
): Kind {
  return {
    size,
    varies,
    define(number, { constant, field, meaning, since }) {
      const key = defineKey(options, field, { meaning, since, source: constant, ...note });
      return { number, name: constant, payload: makePayload(key) };
    },
  };
}

/** Text of at most `size` bytes; none if the kernel returns none. */
export const textOf = (size: number, named?: "interface" | "congestion control"): Kind =>
  single(
    size,
    true,
    { type: "text", rule: named === undefined ? { longest: size } : { longest: size - 1, named } },
    text,
  );

export const bytesOf = (size: number): Kind => single(size, true, { type: "hex" }, rawBytes);

/** A structure as an object. */
export const struct = (header: string, rows: readonly Row[], varies = false): Kind => ({
  size: defineLayout("", header, options, rows).size + (varies ? SLACK : 0),
  varies,
  define(number, { constant, field, meaning, since }) {
    const key = defineKey(options, field, { type: "object", meaning, since, source: constant });
    return {
      number,
      name: constant,
      payload: structure(key, defineLayout(constant, header, key, rows, { exact: !varies })),
    };
  },
});

/** Room for what later kernels add to a structure. */
const SLACK = 64;

/** A structure of which one number is the value. */
export const memberOf = (header: string, rows: readonly Row[]): Kind => ({
  size: defineLayout("", header, options, rows).size,
  varies: false,
  define(number, { constant, field, meaning, since }) {
    const named = rows.map((row) => row.field === "" ? row : { ...row, field, meaning, since });
    const layout = defineLayout(constant, header, options, named, { extra: field, exact: true });
    return { number, name: constant, payload: { ...structure(options, layout), kind: "inline", key: null } };
  },
});

/** A list of numbers of 32 bits. */
export const listOf = (count: number): Kind =>
  single(4 * count, true, { type: "list", range: [0, 0xffff_ffff] }, (list) => {
    const element = defineElement(list, "integer");
    return custom(list, (view, _bytes, start, end, sink) => {
      sink.openList(list);
      for (let at = start; end - at >= 4; at += 4) sink.integer(element, view.getUint32(at, true));
      sink.closeList(list);
    });
  });

/** The numbers of the bits that are set, from 1 on. */
export const bitNumbers = (count: number): Kind =>
  single(count / 8, true, { type: "list", range: [1, count] }, (list) => {
    const element = defineElement(list, "integer");
    return custom(list, (_view, bytes, start, end, sink) => {
      sink.openList(list);
      for (let bit = 0; bit < 8 * (end - start); bit++) {
        if ((bytes[start + (bit >> 3)]! >> (bit & 7) & 1) === 1) sink.integer(element, bit + 1);
      }
      sink.closeList(list);
    });
  });

/** `struct timeval` with members of 64 bits. Times that are longer than numbers are exact are no real ones. */
export const timeval: Kind = single(
  16,
  false,
  { type: "decimal", unit: "ms" },
  (key) =>
    custom(key, (view, _bytes, start, _end, sink) => {
      const seconds = view.getInt32(start + 4, true) * 2 ** 32 + view.getUint32(start, true);
      sink.thousandths(key, Math.min(seconds * 1_000_000 + view.getUint32(start + 8, true), Number.MAX_SAFE_INTEGER));
    }),
);

/** An index of an interface in network byte order. */
export const networkIndex: Kind = single(
  4,
  false,
  { type: "integer", range: [0, 0xffff_ffff] },
  (key) => custom(key, (view, _bytes, start, _end, sink) => sink.integer(key, view.getUint32(start, false))),
);

/** The label in `struct in6_flowlabel_req`, whose action is IPV6_FL_A_GET (0). */
export const flowLabel: Kind = single(
  32,
  false,
  { type: "integer", range: [0, 0xfffff] },
  (key) => custom(key, (view, _bytes, start, _end, sink) => sink.integer(key, view.getUint32(start + 16, false))),
);

export const ipv4: Kind = single(
  4,
  false,
  { type: "address" },
  (key) => custom(key, (_view, bytes, start, _end, sink) => sink.address(key, false, bytes, start)),
);

/** `struct sockaddr_in` or `struct sockaddr_in6`, as an object. */
export const sockaddr = (size: number): Kind =>
  single(size, false, { type: "object" }, (object) => {
    const addr = defineKey(object, "addr", { type: "address", meaning: "The address.", source: "sockaddr" });
    const port = defineKey(object, "port", {
      type: "integer",
      range: [0, 0xffff],
      meaning: "The port.",
      source: "sockaddr",
    });
    return custom(object, (view, bytes, start, _end, sink) => {
      const family = view.getUint16(start, true);
      if (family !== AF_INET && family !== AF_INET6) return;
      sink.openObject(object);
      sink.address(addr, family === AF_INET6, bytes, start + (family === AF_INET6 ? 8 : 4));
      sink.integer(port, view.getUint16(start + 2, false));
      sink.closeObject(object);
    }, [addr, port]);
  });
