/** The meaning of filters: hosts, ports, fields, values; and mistakes. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { families } from "../../../decode/families/all_families.ts";
import { playFields, RecordTape, type TapedRecord } from "../../../decode/record/record_tape.ts";
import type { RecordSink } from "../../../decode/record/record_sink.ts";
import { possibleStates } from "../../../query/filter/expression.ts";
import type { Names } from "../../../decode/lookups/names.ts";
import { parseQuantity, rangeOf } from "../../../query/filter/quantity.ts";
import { FilterSyntaxError } from "../../../query/filter/syntax_error.ts";
import { defineWord, keys } from "../../../decode/record/key.ts";
import { contextOf, family, filterOf } from "./filtering.ts";
import { show } from "../../../commands/explain.ts";
import { parseHost } from "../../../query/filter/hosts.ts";

const ports: Readonly<Record<string, number>> = {
  "ssh tcp": 22,
  "domain tcp": 53,
  "domain udp": 53,
  "odd tcp": 1,
  "odd udp": 2,
  "3com-tsmux tcp": 106,
};

const names: Names = {
  port: (service, protocol) => ports[`${service} ${protocol}`] ?? null,
  addresses: (host) =>
    host === "both.example" ? [Uint8Array.of(10, 0, 0, 1), Uint8Array.of(10, 0, 0, 2), new Uint8Array(16).fill(1)] : [],
  device: (name) => name === "lo" ? 1 : null,
  cgroup: (path) => path === "/" ? 1n : path === "/a" ? 7n : null,
  exists: (kind, name) => kind === "interface" ? name === "lo" : kind === "user" ? name === "root" : null,
};

const context = contextOf(names);

/** Message and offset of an error. */
function problem(text: string, ...families: string[]): [string, number] {
  const { message, offset } = assertThrows(
    () => filterOf(text, contextOf(names, ...families)),
    FilterSyntaxError,
  );
  return [message, offset];
}

/** Networks and port as text. */
function host(text: string): string {
  const { networks, port } = parseHost(text, names, ["tcp", "udp"]);
  const shown = networks.map(({ address, length }) => address === null ? "any" : `${[...address].join(".")}/${length}`);
  return `${shown.join(" ")} ${port ?? "*"}`;
}

Deno.test("parseHost takes every form of an IPv4 address", () => {
  assertEquals(host("10.0.0.1"), "10.0.0.1/32 *");
  assertEquals(host("10.0.0.1:443"), "10.0.0.1/32 443");
  assertEquals(host("10.0.0.1:*"), "10.0.0.1/32 *");
  assertEquals(host("10.0.0.0/8"), "10.0.0.0/8 *");
  assertEquals(host("10/8:80"), "10.0.0.0/8 80");
  assertEquals(host("193.233.7/24"), "193.233.7.0/24 *");
  assertEquals(host("127.1"), "127.1.0.0/32 *");
  assertEquals(host("10.0.0.0/255.192.0.0:1"), "10.0.0.0/10 1");
  assertEquals(host("0.0.0.0/0"), "0.0.0.0/0 *");
  for (const any of ["*", "default", "all", "any", ":*", "*:*"]) assertEquals(host(any), "any *", any);
  assertEquals(host(":22"), "any 22");
  assertEquals(host("*:ssh"), "any 22");
  assertEquals(host(":3com-tsmux"), "any 106");
});

Deno.test("parseHost takes every form of an IPv6 address, in brackets where a port follows", () => {
  const zeros = (count: number) => new Array(count).fill(0).join(".");
  assertEquals(host("::1"), `${zeros(15)}.1/128 *`);
  assertEquals(host("[::1]"), `${zeros(15)}.1/128 *`);
  assertEquals(host("[::1]:22"), `${zeros(15)}.1/128 22`);
  assertEquals(host("[::1]:*"), `${zeros(15)}.1/128 *`);
  assertEquals(host("::/0"), `${zeros(16)}/0 *`);
  assertEquals(host("[fe80::/10]:22"), `254.128.${zeros(14)}/10 22`);
  assertEquals(host("[fe80::]/10:22"), `254.128.${zeros(14)}/10 22`);
  assertEquals(host("2001:db8::/32:443"), `32.1.13.184.${zeros(12)}/32 443`);
  assertEquals(host("::ffff:10.0.0.1"), `${zeros(10)}.255.255.10.0.0.1/128 *`);
  assertEquals(host("1:2:3:4:5:6:7:8"), "0.1.0.2.0.3.0.4.0.5.0.6.0.7.0.8/128 *");
});

Deno.test("parseHost: a name stands for all addresses of a host", () => {
  assertEquals(host("both.example:80"), `10.0.0.1/32 10.0.0.2/32 ${new Array(16).fill(1).join(".")}/128 80`);
});

Deno.test("a filter that cannot be understood says why, at the value", () => {
  const cases: [text: string, message: string][] = [
    ["src 10.0.0.256", '"10.0.0.256" is not an IPv4 address'],
    ["src 010.0.0.1", '"010.0.0.1" is not an IPv4 address'],
    ["src 10.0.0.0/33", 'expected a prefix from /0 to /32, not "/33"'],
    ["src 10.0.0.0/255.0.255.0", 'expected a prefix from /0 to /32, not "/255.0.255.0"'],
    ["src ::1/129", 'expected a prefix from /0 to /128, not "/129"'],
    ["src ::1:22:x", '"::1:22:x" is not an IPv6 address; with a port, write [ADDRESS]:PORT'],
    ["src [::1", 'expected "[ADDRESS]" or "[ADDRESS]:PORT"'],
    ["src [10.0.0.1]:2", 'expected an IPv6 address in the brackets, not "10.0.0.1"'],
    ["src none.example", 'no address is known for the host "none.example"'],
    ["src 10.0.0.1:70000", 'expected a port from 0 to 65535, not "70000"'],
    ["src /tmp/*", '"/tmp/*" is the name of a UNIX socket; ask for these alone with -x, or write "unix:/tmp/*"'],
    ["src @x", '"@x" is the name of a UNIX socket; ask for these alone with -x, or write "unix:@x"'],
    ["src fe80::1%", 'expected an interface behind the % of "fe80::1%"'],
    ["src fe80::1%eth9", 'no interface "eth9" is known'],
    ["src inet:::1", "expected an IPv4 address behind inet:"],
    ["src inet6:10.0.0.1", "expected an IPv6 address behind inet6:"],
    ["md5sig.addr = fe80::1%lo", 'md5sig.addr has no interface; it is the address without "%lo"'],
    [
      "src unix:[[:upper:]]",
      '"[:upper:]" makes no difference, because upper and lower case are the same here; use [:alpha:]',
    ],
    ["src unix:[[=a=]]", '"[=a=]" depends on the language; list the characters instead'],
    ["src unix:[[:digits:]]", 'unknown class "[:digits:]"; there are alnum alpha '],
    ["sport 65536", 'expected a port from 0 to 65535, not "65536"'],
    ["sport 010", '"010" could be octal; write 10, or 0x8'],
    ["sport nonsense", '"nonsense" is neither a port nor a known service'],
    ["sport odd", '"odd" is more than one port: 1, 2'],
    ["sport 0x", 'expected a port from 0 to 65535, not "0x"'],
    ["sport -1", '"-1" is neither a port nor a known service'],
    ["dev eth9", 'no interface "eth9" is known'],
    ["fwmark x", 'expected a mark from 0 to 4294967295, not "x"'],
    ["fwmark 1/y", 'expected a mask from 0 to 4294967295, not "y"'],
    ["cgroup /none", 'no control group "/none" is known'],
    ["uid = x", 'expected a number, not "x"'],
    [
      "recv_q > 5ms",
      'expected a number (in bytes, or with one of k K M G T Ki Mi Gi Ti B kB KB MB GB TB KiB MiB GiB TiB), not "5ms"',
    ],
    ["tcp_info.rtt > 5MB", 'expected a number (in ms, or with one of ns us µs ms s min h d), not "5MB"'],
    ["uid ~ 5", "uid is a number: it takes = != > < >= <="],
    ["cong_algo > bbr", "cong_algo is text: it takes = != ~ !~"],
    ["comm ~ (", '"(" is not a regular expression: Unterminated group'],
    ["v6only = yes", 'v6only is true or false, not "yes"'],
    ["cookie = xyz", 'expected a number like 0x1f, not "xyz"'],
    ["cookie > 5", "cookie takes = and != only"],
    ["timer = onn", 'timer is never "onn"; unknown word "onn"; there are '],
    ["protocol = tcpp", 'unknown protocol "TCPP", did you mean TCP?'],
    ["src link:foo", 'unknown ethertype "foo"; there are '],
    ["src netlink:rout", 'unknown netlink protocol "rout", did you mean route?'],
    ["dst unix:/a", "the kernel does not report the names of peers of UNIX sockets; use peer_inode"],
    ["dst link:ip", "packet sockets have no destination; use src"],
  ];
  for (const [text, message] of cases) {
    const [said, offset] = problem(text);
    assertEquals(said.slice(0, message.length), message, text);
    assertEquals(offset, text.lastIndexOf(" ") + 1, text);
  }
  const places: [text: string, message: string, offset: number][] = [
    ["uid = 0 and ruid = 5", 'unknown field "ruid", did you mean uid?', 12],
    ["uid = 0 and xyzzyplugh = 5", 'unknown field "xyzzyplugh" (see --fields)', 12],
    ["exists tcp_info.rrtt", 'unknown field "tcp_info.rrtt", did you mean tcp_info.rtt?', 7],
    ["tcp_info > 5", '"tcp_info" has no value of its own; name a field in it, tcp_info.state for example', 0],
    ["src > 10.0.0.1", "src takes = and != only", 0],
    ["sport 1 state foo", 'unknown state "foo"', 14],
  ];
  for (const [text, message, offset] of places) {
    const [said, at] = problem(text);
    assertEquals([said.slice(0, message.length), at], [message, offset], text);
  }
});

Deno.test("a value that a field can never have is refused", () => {
  const tcp: [text: string, message: string][] = [
    ["src_port = 70000", 'src_port is from 0 to 65535, not "70000"'],
    ["dst_port < 70000", 'dst_port is from 0 to 65535, not "70000"'],
    ["recv_q < 0", "recv_q is from 0 to 4294967295 bytes, it is never < 0"],
    ["src_port > 65535", "src_port is from 0 to 65535, it is never > 65535"],
    ["uid = 4294967296", 'uid is from 0 to 4294967295, not "4294967296"'],
    ["uid = -1", 'uid is from 0 to 4294967295, not "-1"'],
    ["uid = 2.5", 'uid is a whole number, it is never "2.5"'],
    ["recv_q != 1.0001kB", 'recv_q is a whole number, it is never "1.0001kB"'],
    ["tcp_info.rtt > 2h", 'tcp_info.rtt is from 0 to 4294967.295 ms, not "2h"'],
    ["tcp_info.rtt = 500.5us", 'tcp_info.rtt has three decimals (in ms), it is never "500.5us"'],
    [
      "tcp_info.bytes_acked = 18446744073709551616",
      'tcp_info.bytes_acked is from 0 to 18446744073709551615 bytes, not "18446744073709551616"',
    ],
    ["pid = 4194305", 'owners.pid is from 1 to 4194304, not "4194305"'],
    ["owners.fds = 2147483648", 'owners.fds is from 0 to 2147483647, not "2147483648"'],
    ["iface = a_name_of_16_by", 'iface has at most 15 bytes: "a_name_of_16_by"'],
    ["iface = eth9", 'no interface "eth9" is known'],
    ["user = nobodyhere", 'no user "nobodyhere" is known'],
    ["owners.user != nobodyhere", 'no user "nobodyhere" is known'],
    ["cong_algo = a_name_of_16_byt", 'cong_algo has at most 15 bytes: "a_name_of_16_by"'],
    ["unit = nginx", "unit is the whole name of a unit, with .service, .scope, .socket, .mount or .swap, not "],
    ["owners.exe = sleep", 'owners.exe is a path that starts with /, not "sleep"'],
    ["container.pod_uid = xyz", 'container.pod_uid is a UID of 32 hexadecimal digits, not "xyz"'],
    ["cong_algo ~ [a-z]{16}", 'cong_algo has at most 15 bytes; "[a-z]{16}" needs at least 16'],
    ["comm ~ (abcd|.{20})\\w{12}", 'owners.comm has at most 15 bytes; "(abcd|.{20})\\\\w{12}" needs at least 16'],
    ["pid = 0", 'owners.pid is from 1 to 4194304, not "0"'],
    ["timer ~ x", 'timer is never like "x"; there are '],
    ["protocol ~ ^X$", 'protocol is never like "^X$"; there are '],
  ];
  for (const [text, message] of tcp) {
    const value = text.replace("iface = a_name_of_16_by", "iface = a_name_of_16_byt");
    const [said, offset] = problem(value, "TCP");
    assertEquals(said.slice(0, message.length), message, text);
    assertEquals(offset, value.lastIndexOf(" ") + 1, text);
  }
  assertEquals(problem(`path_name = ${"x".repeat(109)}`)[0], `path_name has at most 108 bytes: "${"x".repeat(108)}"`);
  // Ports of virtual machines have 32 bits.
  filterOf("src_port = 70000", contextOf(names, "TCP", "VSOCK"));
  for (const text of ["uid != 0", "tcp_info.rtt <= 4294967.295", "pid = 1", "unit = a.service", "user = root"]) {
    filterOf(text, contextOf(names, "TCP"));
  }
});

Deno.test("a name that may be unknown here is taken for a recording, and that of an interface elsewhere", () => {
  for (const text of ["user = nobodyhere", "iface = eth9", "unit = a.service", "netns.name = x"]) filterOf(text);
  filterOf("iface = eth9", { ...context, elsewhere: true });
});

Deno.test("a field that only other families have says whose it is", () => {
  const other = (text: string) => {
    const context = { ...contextOf(names, "TCP"), unlisted: families };
    const { message, offset } = assertThrows(() => filterOf(text, context), FilterSyntaxError);
    return [message, offset];
  };
  assertEquals(other("uid = 0 path_name ~ x"), ['"path_name" is a field of UNIX, which is not asked for', 8]);
  assertEquals(other("fanout.id = 7"), ['"fanout.id" is a field of PACKET, which is not asked for', 0]);
  assertEquals(other("retire_tmo > 1")[0], '"retire_tmo" is a field of PACKET, which is not asked for');
  assertEquals(other("exists type_raw"), [
    '"type_raw" is a field of UNIX, NETLINK, PACKET and others, which are not asked for',
    7,
  ]);
});

Deno.test("a long name of a process and the beginning of a container's id mean what people mean", () => {
  const said: string[] = [];
  const text = (path: string, filter: string, value: string) => {
    const own = filterOf(filter, { ...context, warn: (message) => said.push(message) }).of(family("TCP"));
    const predicate = own.openPredicate(false)!;
    predicate.openRecord();
    predicate.text(key(path), encode(value), 0, encode(value).length);
    return predicate.passes();
  };
  assertEquals(text("owners.comm", "comm = victoria-metrics-prod", "victoria-metric"), true);
  assertEquals(text("owners.comm", "comm = victoria-metrics-prod", "victoria"), false);
  assertEquals(said.splice(0), [
    'owners.comm has at most 15 bytes, so it is compared with "victoria-metric"; exe has the whole name',
    'owners.comm has at most 15 bytes, so it is compared with "victoria-metric"; exe has the whole name',
  ]);
  for (const list of ["peer_owners", "listener_owners"]) {
    assertEquals(text(`${list}.comm`, `${list}.comm = victoria-metrics-prod`, "victoria-metric"), true, list);
    assertStringIncludes(said.splice(0).join(), `${list}.comm has at most 15 bytes`);
  }
  const id = "3f4ea1b2c3d4".padEnd(64, "0");
  assertEquals(text("container.id", "container.id = 3f4ea1b2c3d4", id), true);
  assertEquals(text("container.id", `container.id = ${id}`, id), true);
  assertEquals(text("container.id", "container.id = 3f4ea1b2c3d5", id), false);
  assertEquals(text("container.id", "container.id = 3f4ea1b2c3d", id), false);
  assertEquals(text("container.id", "container.id != 3f4ea1b2c3d5", id), true);
  assertEquals(said, []);
});

/** Fields of a record, each pushed as it would be. */
class Fields extends RecordTape {
  record: TapedRecord | null = null;
  override openProtocol(): void {}
  override closeProtocol(): void {}
  override mark(): void {}
  override rewind(): boolean {
    return true;
  }
  protected override recordEnded(): void {
    this.record = this.take();
  }
}

/** Whether a record of a family passes. */
function passes(text: string, name: string, push: (sink: RecordSink) => void, ...listed: string[]): boolean {
  const fields = new Fields();
  fields.openRecord();
  push(fields);
  fields.closeRecord();
  const filter = filterOf(text, contextOf(names, ...listed)).of(family(name));
  if (filter.excludesAll) return false;
  const predicate = filter.openPredicate(false);
  if (predicate === null) return true;
  predicate.openRecord();
  playFields(fields.record!, predicate);
  return predicate.passes();
}

/** The key at a path, not that of the elements of a list. */
const key = (path: string) => keys.find((key) => key.path === path && key.name !== "")!;
const element = (path: string) => keys.find((key) => key.path === path && key.name === "")!;
const encode = (text: string) => new TextEncoder().encode(text);

families.forEach((family) => filterOf("uid = 0").of(family));

Deno.test("a container and a unit are compared as the table shows them", () => {
  const id = "3f4e5d6c7b8a".padEnd(64, "0");
  const keyed = (path: string) => keys.find((key) => key.path === path)!;
  const inContainer = (text: string, runtime = "docker") =>
    passes(text, "TCP", (sink) => {
      const put = (path: string, value: string) =>
        sink.text(keyed(path), new TextEncoder().encode(value), 0, value.length);
      put("unit", `docker-${id}.scope`);
      sink.openObject(keyed("container"));
      put("container.id", id);
      sink.name(keyed("container.runtime"), defineWord(runtime));
      put("container.pod_uid", "0a1b2c3d-1111-2222-3333-444455556666");
      sink.closeObject(keyed("container"));
    }, "TCP");
  for (
    const [value, matches] of [
      ["3f4e5d6c7b8a", true],
      ["docker 3f4e5d6c7b8a", true],
      ["docker pod 0a1b2c3d 3f4e5d6c7b8a", true],
      ["pod 0a1b2c3d 3f4e5d6c7b8a", true],
      [`docker ${id}`, true],
      ["podman 3f4e5d6c7b8a", false],
      ["docker pod 0a1b2c3e 3f4e5d6c7b8a", false],
      ["docker 3f4e5d6c7b8b", false],
    ] as const
  ) {
    assertEquals(inContainer(`container = "${value}"`), matches, value);
    assertEquals(inContainer(`container != "${value}"`), !matches, value);
  }
  for (
    const [value, matches] of [
      ["docker-3f4e5d6c7b8a.scope", true],
      [`docker-${id}.scope`, true],
      ["docker-3f4e5d6c7b8b.scope", false],
      ["docker-3f4e5d6c7b8a00000000.scope", true],
      ["dockerx3f4e5d6c7b8a.scope", false],
    ] as const
  ) {
    assertEquals(inContainer(`unit = ${value}`), matches, value);
    assertEquals(inContainer(`unit != ${value}`), !matches, value);
  }
  assertThrows(() => filterOf('container = "dockr 3f4e5d6c7b8a"'), FilterSyntaxError, "did you mean docker?");
});

Deno.test("numbers are compared in the unit of the field, with or without one, exactly", () => {
  const rtt = (text: string, microseconds: number) =>
    passes(text, "TCP", (sink) => sink.thousandths(key("tcp_info.rtt"), microseconds));
  assertEquals(rtt("tcp_info.rtt = 0.5", 500), true);
  assertEquals(rtt("tcp_info.rtt > 0.5", 500), false);
  assertEquals(rtt("tcp_info.rtt > 0.5", 501), true);
  assertEquals(rtt("tcp_info.rtt >= 50ms", 50_000), true);
  assertEquals(rtt("tcp_info.rtt < 50ms", 50_000), false);
  assertEquals(rtt("tcp_info.rtt <= 0.05s", 50_000), true);
  assertEquals(rtt("tcp_info.rtt = 500us", 500), true);
  assertEquals(rtt("tcp_info.rtt > 500.5us", 501), true);
  const acked = (text: string, value: bigint) =>
    passes(text, "TCP", (sink) => {
      sink.integer64(key("tcp_info.bytes_acked"), Number(value & 0xffffffffn) | 0, Number(value >> 32n) | 0);
    });
  const largest = (1n << 64n) - 1n;
  for (const value of [0n, 1n, (1n << 32n) - 1n, 1n << 32n, (1n << 53n) + 1n, 1n << 63n, largest]) {
    assertEquals(acked(`tcp_info.bytes_acked = ${value}`, value), true);
    assertEquals(acked(`tcp_info.bytes_acked != ${value}`, value), false);
    assertEquals(acked(`tcp_info.bytes_acked = ${value === largest ? 0 : value + 1n}`, value), false);
    if (value !== largest) assertEquals(acked(`tcp_info.bytes_acked > ${value}`, value), false);
    assertEquals(acked(`tcp_info.bytes_acked >= ${value}`, value), true);
    if (value !== largest) assertEquals(acked(`tcp_info.bytes_acked < ${value + 1n}`, value), true);
    assertEquals(acked(`tcp_info.bytes_acked <= ${value}`, value), true);
    if (value > 0n) assertEquals(acked(`tcp_info.bytes_acked < ${value}`, value), false);
  }
  assertEquals(acked("tcp_info.bytes_acked = 2MB", 2_000_000n), true);
  assertEquals(acked("tcp_info.bytes_acked = 2MiB", 2n << 20n), true);
});

Deno.test("rangeOf gives the whole numbers that a comparison allows", () => {
  const range = (operator: "=" | ">" | "<" | ">=" | "<=", text: string, unit = "", scale = 1n) => {
    const { least, most } = rangeOf(operator, parseQuantity(text, unit)!, scale);
    return [least, most];
  };
  assertEquals(range("=", "5"), [5n, 5n]);
  assertEquals(range("=", "2.5"), [3n, 2n]);
  assertEquals(range(">", "2.5"), [3n, null]);
  assertEquals(range(">=", "2.5"), [3n, null]);
  assertEquals(range("<", "2.5"), [null, 2n]);
  assertEquals(range("<=", "2.5"), [null, 2n]);
  assertEquals(range("<", "-2.5"), [null, -3n]);
  assertEquals(range(">", "-2.5"), [-2n, null]);
  assertEquals(range("=", "0x10"), [16n, 16n]);
  assertEquals(range("=", "1.5", "ms", 1000n), [1500n, 1500n]);
  assertEquals(range("=", "1min", "us"), [60_000_000n, 60_000_000n]);
  assertEquals(range("=", "10Mbit/s", "bytes/s"), [1_250_000n, 1_250_000n]);
  assertEquals(range("=", "1 kB", "bytes"), [1000n, 1000n]);
  for (const [text, unit] of [["", ""], ["x", ""], ["5ms", "bytes"], ["1e3", ""], ["5B", ""]] as const) {
    assertEquals(parseQuantity(text, unit), null, text);
  }
});

Deno.test("what is absent passes no comparison, null only that with null, a list if one element does", () => {
  const nothing = () => {};
  for (const text of ["uid = 0", "uid != 0", "uid < 1", "exists uid", "cong_algo !~ x", "cong_algo != x"]) {
    assertEquals(passes(text, "TCP", nothing), false, text);
    assertEquals(passes(`not ${text}`, "TCP", nothing), true, text);
  }
  const none = (sink: RecordSink) => sink.null(key("tcp_info.snd_ssthresh"));
  assertEquals(passes("tcp_info.snd_ssthresh = null", "TCP", none), true);
  assertEquals(passes("exists tcp_info.snd_ssthresh", "TCP", none), true);
  assertEquals(passes("tcp_info.snd_ssthresh = 0", "TCP", none), false);
  assertEquals(passes("tcp_info.snd_ssthresh != 0", "TCP", none), true);
  const groups = (...numbers: number[]) => (sink: RecordSink) => {
    sink.openList(key("groups"));
    for (const number of numbers) sink.integer(element("groups"), number);
    sink.closeList(key("groups"));
  };
  assertEquals(passes("groups = 3", "NETLINK", groups(1, 3)), true);
  assertEquals(passes("groups > 3", "NETLINK", groups(1, 3)), false);
  assertEquals(passes("groups != 3", "NETLINK", groups(1, 3)), false);
  assertEquals(passes("groups != 2", "NETLINK", groups(1, 3)), true);
  assertEquals(passes("exists groups", "NETLINK", groups()), true);
  assertEquals(passes("groups != 2", "NETLINK", groups()), true);
  const words = ["ts", "sack"].map(defineWord);
  const opts = (sink: RecordSink) => sink.flags(key("tcp_info.opts"), words, 2);
  assertEquals(passes("tcp_info.opts = sack", "TCP", opts), true);
  assertEquals(passes("tcp_info.opts = ts", "TCP", opts), false);
  assertEquals(passes("tcp_info.opts ~ ^sa", "TCP", opts), true);
});

Deno.test("text is compared byte by byte, or searched", () => {
  const comm = (text: string, bytes: Uint8Array) =>
    passes(text, "TCP", (sink) => {
      sink.openList(key("owners"));
      sink.text(key("owners.comm"), bytes, 0, bytes.length);
      sink.closeList(key("owners"));
    });
  assertEquals(comm("comm = nginx", encode("nginx")), true);
  assertEquals(comm("comm = nginx", encode("nginx2")), false);
  assertEquals(comm("owners.comm ~ ^ngi", encode("nginx")), true);
  assertEquals(comm("comm !~ ^ngi", encode("nginx")), false);
  assertEquals(comm("comm = 'a b'", encode("a b")), true);
  assertEquals(comm("comm = ü", encode("ü")), true);
  assertEquals(comm("comm = \ufffd", Uint8Array.of(0xff)), false);
  assertEquals(comm("comm ~ ^\ufffd$", Uint8Array.of(0xff)), true);
});

Deno.test("patterns for UNIX sockets are those of the shell, upper case like lower, * also for /", () => {
  const unix = (text: string, name: string | null) =>
    passes(text, "UNIX", (sink) => {
      if (name !== null) sink.text(key("path_name"), encode(name), 0, encode(name).length);
    });
  assertEquals(unix("src unix:/run/*", "/run/a/b"), true);
  assertEquals(unix("src unix:/RUN/?", "/run/a"), true);
  assertEquals(unix("src unix:/run/[!a-c]x", "/run/dx"), true);
  assertEquals(unix("src unix:/run/[!a-c]x", "/run/ax"), false);
  assertEquals(unix("src unix:/run/a.b", "/run/aXb"), false);
  assertEquals(unix("src unix:@x*", "@xyz"), true);
  assertEquals(unix("src unix:/run/[[:digit:]]", "/run/7"), true);
  assertEquals(unix("src unix:/run/[[:digit:]]", "/run/d"), false);
  assertEquals(unix("src unix:/run/[![:digit:]]", "/run/d"), true);
  assertEquals(unix("src unix:/run/[[:alpha:]._-]?", "/run/-x"), true);
  assertEquals(unix("src unix:/run/[]x]", "/run/]"), true);
  assertEquals(unix("src unix:/run/[z-a]", "/run/b"), false);
  assertEquals(unix("src unix:/run/[ab", "/run/[ab"), true);
  assertEquals(unix("src 'unix:/run/\\\\*'", "/run/*"), true);
  assertEquals(unix("src 'unix:/run/\\\\*'", "/run/x"), false);
  assertEquals(unix("src unix:*", null), true);
  assertEquals(unix("src unix:/a", null), false);
  assertEquals(unix("src != unix:/a", null), true);
  assertEquals(unix("autobound", null), true);
  assertEquals(unix("autobound", "@0a1f3"), true);
  assertEquals(unix("autobound", "@0A1f3"), false);
  assertEquals(unix("autobound", "/a"), false);
  const own = (text: string) =>
    passes(text, "UNIX", (sink) => {
      sink.integer(key("inode"), 17);
      sink.integer(key("peer_inode"), 18);
    }, "UNIX");
  assertEquals([own("sport 17"), own("sport = unix:17"), own("dport 18"), own("sport ge 18"), own("dport > 17")], [
    true,
    true,
    true,
    false,
    true,
  ]);
});

Deno.test("places of other families: link, netlink, vsock, with a prefix or where only they are asked for", () => {
  const packet = (text: string, ...listed: string[]) =>
    passes(text, "PACKET", (sink) => {
      sink.integer(key("num"), 0x800);
      sink.name(key("num_name"), defineWord("ip"));
      sink.integer(key("iface_idx"), 1);
    }, ...listed);
  assertEquals(
    [
      "src link:ip",
      "src link:IP:lo",
      "src link:*:1",
      "src link:0x800:*",
      "src link::lo",
      "sport = link:lo",
      "sport = link::lo",
      "dev lo",
    ]
      .map((text) => packet(text)),
    new Array(8).fill(true),
  );
  assertEquals(
    ["src link:arp", "src link:ip:2", "sport != link:lo", "src 10.0.0.1"].map((text) => packet(text)),
    new Array(4).fill(false),
  );
  assertEquals(["src ip:lo", "sport = :lo", "sport :1"].map((text) => packet(text, "PACKET")), [true, true, true]);
  assertEquals(packet("sport = :2", "PACKET"), false);
  const netlink = (text: string, ...listed: string[]) =>
    passes(text, "NETLINK", (sink) => {
      sink.name(key("netlink_protocol"), defineWord("route"));
      sink.integer(key("portid"), 1234);
      sink.integer(key("dst_portid"), 0);
    }, ...listed);
  assertEquals(
    ["src netlink:route", "src netlink:0:1234", "src netlink:rtnl", "dst netlink:*:kernel", "sport ge netlink:1234"]
      .map((text) => netlink(text)),
    new Array(5).fill(true),
  );
  assertEquals(["src netlink:audit", "src netlink:route:5", "autobound"].map((text) => netlink(text)), [
    false,
    false,
    false,
  ]);
  assertEquals(netlink("src route:1234", "NETLINK"), true);
  const vsock = (text: string, ...listed: string[]) =>
    passes(text, "VSOCK", (sink) => {
      sink.integer(key("src_cid"), 3);
      sink.integer(key("src_port"), 4_000_000_000);
      sink.null(key("dst_cid"));
    }, ...listed);
  assertEquals(
    ["src vsock:3", "src vsock:3:4000000000", "src vsock:*:4000000000", "sport = vsock:4000000000", "autobound"].map((
      text,
    ) => vsock(text)),
    new Array(5).fill(true),
  );
  assertEquals(["src vsock:2", "dst vsock:3", "sport 22"].map((text) => vsock(text)), new Array(3).fill(false));
  assertEquals(vsock("src 3:4000000000", "VSOCK"), true);
});

Deno.test("an IPv4 address stands for the same inside IPv6, and a prefix for one version of IP", () => {
  const address = (text: string, v6: boolean, bytes: number[]) =>
    passes(text, "TCP", (sink) => sink.address(key("src"), v6, Uint8Array.from(bytes), 0));
  const mapped = [...new Array(10).fill(0), 255, 255, 10, 0, 0, 1];
  assertEquals(address("src 10.0.0.1", false, [10, 0, 0, 1]), true);
  assertEquals(address("src 10.0.0.1", true, mapped), true);
  assertEquals(address("src 10.0.0.0/8", true, mapped), true);
  assertEquals(address("src 0.0.0.0/0", true, mapped), true);
  assertEquals(address("src 0.0.0.0/0", true, [...new Array(15).fill(0), 1]), false);
  assertEquals(address("src ::ffff:10.0.0.1", true, mapped), true);
  assertEquals(address("src ::ffff:10.0.0.1", false, [10, 0, 0, 1]), false);
  assertEquals(address("src ::/0", false, [10, 0, 0, 1]), false);
  assertEquals(address("src 10.0.0.0/31", false, [10, 0, 0, 1]), true);
  assertEquals(address("src 10.0.0.0/32", false, [10, 0, 0, 1]), false);
  assertEquals(address("src inet6:*", false, [10, 0, 0, 1]), false);
  assertEquals(address("src inet6:*", true, mapped), true);
  assertEquals(address("src inet:10/8", false, [10, 0, 0, 1]), true);
  assertEquals(address("src inet:10.0.0.1", true, mapped), false);
  assertEquals(address("src inet:*", true, mapped), false);
  assertEquals(address("src inet:*", false, [10, 0, 0, 1]), true);
  assertEquals(address("not src inet:*", true, mapped), true);
  assertEquals(address("not src inet:*", false, [10, 0, 0, 1]), false);
  assertEquals(address("src inet6:::ffff:10.0.0.1", true, mapped), true);
  assertEquals(address("src both.example", false, [10, 0, 0, 2]), true);
  assertEquals(address("src both.example", true, new Array(16).fill(1)), true);
  assertEquals(address("src != both.example", false, [10, 0, 0, 2]), false);
});

Deno.test("an address with an interface behind it is that of a socket bound to the interface", () => {
  const bound = (text: string, index: number) =>
    passes(text, "TCP", (sink) => {
      sink.integer(key("src_port"), 8000);
      sink.address(key("src"), true, Uint8Array.of(0xfe, 0x80, ...new Array(13).fill(0), 1), 0);
      sink.integer(key("iface_idx"), index);
    });
  for (
    const text of [
      "src fe80::1%lo",
      "src [fe80::1%lo]:8000",
      "src [fe80::1]%lo:8000",
      "src *%lo:8000",
      "src fe80::%1/10",
    ]
  ) assertEquals([bound(text, 1), bound(text, 2)], [true, false], text);
});

Deno.test("a word alone is a port at either end, or the name of a process", () => {
  const listed = contextOf(names, "TCP");
  const shown = (text: string) => show(filterOf(text, listed).of(family("TCP")).expression);
  assertEquals(shown("8080"), shown("sport = 8080 or dport = 8080"));
  assertEquals(shown("22,:80"), shown("sport = 22 or sport = :80 or dport = 22 or dport = :80"));
  assertEquals(shown(":22 or nginx"), shown("sport = :22 or dport = :22 or comm = nginx"));
  const daemons =
    "nginx sshd java python3 postgres mysqld redis-server haproxy envoy dockerd containerd kubelet systemd " +
    "chronyd named dnsmasq cupsd apache2 httpd php-fpm ruby beam.smp rpcbind";
  for (const daemon of daemons.split(" ")) {
    assertEquals(show(filterOf(daemon).of(family("TCP")).expression), `owners.comm = ${daemon}`);
  }
  const problems: [text: string, message: string, offset: number][] = [
    ["uid 5", 'expected an operator after "uid": = != > < >= <= ~ !~ (a process is "comm = uid")', 4],
    ["established", 'expected an operator after "established", did you mean "state established"?', 0],
    ["uid = 0 sprot", 'unknown word "sprot", did you mean sport? (a process is "comm = sprot")', 8],
    ["tcp", '"tcp" is a protocol: choose it with --tcp, or write "protocol = tcp"', 0],
    ["10.0.0.1", 'expected src or dst before the address "10.0.0.1"', 0],
    ["22,70000", 'expected a port from 0 to 65535, not "70000"', 3],
    ["ngin*", '"ngin*" is not the name of a process; to search for one write "comm ~ ^ngin"', 0],
    ["sport 1 70000", 'expected a port from 0 to 65535, not "70000"', 8],
  ];
  for (const [text, message, offset] of problems) assertEquals(problem(text, "TCP"), [message, offset], text);
});

Deno.test("a name that one field ends with is a name of that field, and that of several names them", () => {
  const path = (text: string, ...listed: string[]) => filterOf(text, contextOf(names, ...listed)).paths[0];
  assertEquals(path("rtt > 5ms", "TCP", "UDP"), "tcp_info.rtt");
  assertEquals(path("exists cmdline"), "owners.cmdline");
  assertEquals(path("pid = 5"), "owners.pid");
  assertEquals(path("uid = 5"), "uid");
  // What is only known at a price has no short name, and takes none from others.
  assertEquals(path("tid = 5"), "owners.tid");
  for (const name of ["events", "gateway", "direction"]) {
    assertEquals(problem(`${name} = x`, "TCP")[0].startsWith(`unknown field "${name}"`), true, name);
  }
  assertEquals(path("route.gateway = 192.0.2.1", "TCP"), "route.gateway");
  const [message, offset] = problem("uid = 0 and dev_name = x or gid = y", "SMC");
  assertEquals([message.slice(0, 24), offset], ['unknown field "dev_name"', 12]);
  assertEquals(problem("uid = 0 and name = x", "TCP"), [
    '"name" can be ulp.name, bpf_storages.members.name, netns.name: name one of them',
    12,
  ]);
});

Deno.test("headings of the table and names of ss can be typed for fields", () => {
  const path = (text: string) => filterOf(text, contextOf(names, "TCP")).paths[0];
  const meant = {
    process: "owners.comm",
    cwnd: "tcp_info.snd_cwnd",
    ssthresh: "tcp_info.snd_ssthresh",
    mss: "tcp_info.snd_mss",
    rcvmss: "tcp_info.rcv_mss",
    minrtt: "tcp_info.min_rtt",
    lastsnd: "tcp_info.last_data_sent",
    lastrcv: "tcp_info.last_data_recv",
    lastack: "tcp_info.last_ack_recv",
  };
  for (const [name, field] of Object.entries(meant)) assertEquals(path(`exists ${name}`), field);
  assertEquals(path("process = nginx"), "owners.comm");
  assertEquals(path("container = 3f4e5d6c7b8a"), "container.id");
  const udpOnly = { ...contextOf(names, "UDP"), unlisted: [family("TCP")] };
  const { message } = assertThrows(() => filterOf("cwnd > 5", udpOnly), FilterSyntaxError);
  assertEquals(message, '"cwnd" is a field of TCP, which is not asked for');
  assertEquals(problem("cwmd > 5", "UDP"), ['unknown field "cwmd" (see --fields)', 0]);
});

Deno.test("local and remote stand for src and dst, with an address as the table shows it", () => {
  const program = (text: string) => filterOf(text, context).of(family("TCP")).kernel?.program;
  for (
    const [heading, word] of [
      ["local = 10.0.0.1:80", "src = 10.0.0.1:80"],
      ["local 10.0.0.1:80", "src 10.0.0.1:80"],
      ["local = [::1]:80", "src = [::1]:80"],
      ["local = [fe80::1]%lo:80", "src = [fe80::1]%lo:80"],
      ["local != *:80", "src != *:80"],
      ["remote in 10.0.0.1,10.0.0.2", "dst in 10.0.0.1,10.0.0.2"],
      ["not remote = 10/8", "not dst = 10/8"],
    ] as const
  ) {
    const expected = program(word);
    assert(expected !== undefined, word);
    assertEquals(program(heading), expected, heading);
  }
  assertEquals(problem("local > 10.0.0.1", "TCP"), ["local takes = and != only", 0]);
  assertEquals(problem("remote ~ ^10", "TCP"), ["remote takes = and != only", 0]);
});

Deno.test("states are compared in either spelling, also where they are fields in an object", () => {
  const word = (text: string, field: string, state: string) =>
    passes(text, "TCP", (sink) => sink.name(keys.find(({ path }) => path === field)!, defineWord(state)), "TCP");
  for (
    const [spelling, state] of [
      ["ESTAB", "established"],
      ["LISTEN", "listening"],
      ["UNCONN", "unconnected"],
      ["TIME-WAIT", "time-wait"],
      ["syn-rcv", "syn-recv"],
      ["closed", "unconnected"],
      ["CLOSE_WAIT", "close-wait"],
      ["FIN_WAIT2", "fin-wait-2"],
      ["fin_wait_1", "fin-wait-1"],
    ] as const
  ) {
    assertEquals(word(`tcp_info.state = ${spelling}`, "tcp_info.state", state), true, spelling);
    assertEquals(word(`tcp_info.state != ${spelling}`, "tcp_info.state", state), false, spelling);
    assertEquals(word(`tcp_info.state = ${spelling}`, "tcp_info.state", "last-ack"), false, spelling);
    assertEquals(word(`tcp_info.state in last-ack,${spelling}`, "tcp_info.state", state), true, spelling);
    assertEquals(filterOf(`state ${spelling}`, contextOf(names, "TCP")).states, filterOf(`state ${state}`).states);
  }
});

Deno.test("a regular expression for a state is tried on every spelling of it", () => {
  const word = (text: string, state: string, path = "state") =>
    passes(text, "TCP", (sink) => sink.name(keys.find((key) => key.path === path)!, defineWord(state)), "TCP");
  for (
    const [pattern, matching, others] of [
      ["LISTEN", ["listening"], ["established"]],
      ["^LISTEN$", ["listening"], ["established"]],
      ["^listen", ["listening"], ["close-wait"]],
      ["ESTAB|SYN", ["established", "syn-sent", "syn-recv"], ["time-wait"]],
      ["WAIT", ["close-wait", "time-wait", "fin-wait-2"], ["closing"]],
      ["^UNCONN$", ["unconnected"], ["established"]],
      ["close", ["close-wait"], ["unconnected", "closing"]],
    ] as const
  ) {
    for (const path of ["state", "tcp_info.state"]) {
      for (const state of matching) {
        assertEquals(word(`${path} ~ ${pattern}`, state, path), true, `${path} ~ ${pattern}: ${state}`);
        assertEquals(word(`${path} !~ ${pattern}`, state, path), false, `${path} !~ ${pattern}: ${state}`);
      }
      for (const state of others) {
        assertEquals(word(`${path} ~ ${pattern}`, state, path), false, `${path} ~ ${pattern}: ${state}`);
        assertEquals(word(`${path} !~ ${pattern}`, state, path), true, `${path} !~ ${pattern}: ${state}`);
      }
    }
  }
  assertThrows(() => filterOf("state ~ ^LISTENER"), FilterSyntaxError, "state is never like");
});

Deno.test("a number is compared with another field, exactly and in the same unit", () => {
  const pair = (text: string, push: (sink: RecordSink) => void) => passes(text, "TCP", push, "TCP");
  const backlog = (count: number, limit: number) => (sink: RecordSink) => {
    sink.integer(key("backlog"), count);
    sink.integer(key("backlog_limit"), limit);
  };
  for (
    const [operator, less, equal, greater] of [
      ["=", false, true, false],
      ["!=", true, false, true],
      ["<", true, false, false],
      ["<=", true, true, false],
      [">", false, false, true],
      [">=", false, true, true],
    ] as const
  ) {
    const results = [1, 2, 3].map((count) => pair(`backlog ${operator} backlog_limit`, backlog(count, 2)));
    assertEquals(results, [less, equal, greater], operator);
  }
  assertEquals(pair("backlog >= backlog_limit", (sink) => sink.integer(key("backlog"), 1)), false);
  assertEquals(pair("backlog != backlog_limit", (sink) => sink.integer(key("backlog"), 1)), false);
  const rtts = (rtt: number, least: number) => (sink: RecordSink) => {
    sink.thousandths(key("tcp_info.rtt"), rtt);
    sink.integer(key("tcp_info.min_rtt"), least);
  };
  assertEquals([pair("rtt > min_rtt", rtts(501, 500)), pair("rtt > min_rtt", rtts(500, 500))], [true, false]);
  assertEquals([pair("min_rtt <= rtt", rtts(500, 500)), pair("min_rtt < rtt", rtts(500, 500))], [true, false]);
  const bytes = (one: number, other: number) => (sink: RecordSink) => {
    sink.integer64(key("tcp_info.bytes_acked"), one, -1);
    sink.integer64(key("tcp_info.bytes_sent"), other, -1);
  };
  assertEquals(pair("bytes_sent > bytes_acked", bytes(-3, -2)), true);
  assertEquals(pair("bytes_sent > bytes_acked", bytes(-2, -2)), false);
  const problems: [text: string, message: string][] = [
    ["recv_q > rtt", "recv_q is in bytes, tcp_info.rtt is in ms"],
    ["recv_q > owners.uid", "owners.uid has more than one value: it cannot be compared with a field"],
    ["uid = cong_algo", "cong_algo is not a number"],
    ["uid = nofield", 'expected a number, not "nofield"'],
  ];
  for (const [text, message] of problems) assertEquals(problem(text, "TCP")[0], message, text);
  assertEquals(filterOf("backlog >= backlog_limit").of(family("NETLINK")).excludesAll, true);
});

Deno.test("an address that was meant with a port is told", () => {
  const warnings = (text: string) => {
    const said: string[] = [];
    filterOf(text, { ...context, warn: (message) => said.push(message) });
    return said;
  };
  assertEquals(warnings("src 2001:db8::1:443 or dst inet6:::1:22"), [
    "2001:db8::1:443 is read as an address without a port: write [2001:db8::1:443], or [2001:db8::1]:443",
    "::1:22 is read as an address without a port: write [::1:22], or [::1]:22",
  ]);
  for (const text of ["src 2001:db8::1", "src ::1", "src [2001:db8::1:443]", "src 1:2:3:4:5:6:7:8", "src fe80::1:ab"]) {
    assertEquals(warnings(text), [], text);
  }
});

Deno.test("states are words or a mask, and tell which sockets to ask for", () => {
  const states = (text: string) => possibleStates(filterOf(text).expression, 0x2fff);
  assertEquals(states("state = listening"), 1 << 10);
  assertEquals(states("state == LISTEN or state = closed"), 1 << 10 | 1 << 7 | 1 << 13);
  assertEquals(states("state != listening"), 0x2fff & ~(1 << 10));
  assertEquals(states("uid = 0 and state listening"), 1 << 10);
  assertEquals(states("uid = 0 or state listening"), 0x2fff);
  assertEquals(states("not ( state = listening or uid = 0 )"), 0x2fff & ~(1 << 10));
  assertEquals(states("state ~ wait"), 0x2fff);
  assertEquals(filterOf("state bucket uid = 0").states, 1 << 3 | 1 << 6);
  assertEquals([filterOf("uid = 0").namesStates, filterOf("state ~ wait").namesStates], [false, true]);
  const tcp = (text: string, state: string) =>
    passes(text, "TCP", (sink) => sink.name(key("state"), defineWord(state)));
  assertEquals(tcp("uid = 0 or state = time-wait", "time-wait"), true);
  assertEquals(tcp("uid = 0 or state = time-wait", "established"), false);
  assertEquals(tcp("uid = 0 or state bound-inactive", "unconnected"), true);
  assertEquals(tcp("uid = 0 or state unconnected", "unconnected"), false);
  assertEquals(tcp("uid = 0 or state = unconnected", "unconnected"), true);
  assertEquals(tcp("state ~ wait", "time-wait"), true);
  const state = (text: string, name: string, word: string) =>
    passes(text, name, (sink) => sink.name(key("state"), defineWord(word)));
  assertEquals(state("state = closed", "SCTP", "closed"), true);
  assertEquals(state("state != cookie-wait", "SCTP", "closed"), true);
  assertEquals(state("state = unconnected", "PACKET", "unconnected"), true);
  assertEquals(filterOf("state = closed").of(family("SCTP")).states, 0x2fff);
  assertEquals(filterOf("state = closed").of(family("TCP")).states, 1 << 7 | 1 << 13);
});

Deno.test("a mark that is not told, and ports that the kernel chose, leave it open whether a socket passes", () => {
  const undecided = (text: string, push: (sink: RecordSink) => void) => {
    const predicate = filterOf(text).of(family("TCP")).openPredicate(false)!;
    predicate.openRecord();
    push(predicate);
    return [predicate.passes(), predicate.undecided];
  };
  const marked = (sink: RecordSink) => {
    sink.integer(key("src_port"), 22);
    sink.integer(key("mark"), 5);
  };
  const unmarked = (sink: RecordSink) => sink.integer(key("src_port"), 22);
  assertEquals(undecided("fwmark 5", marked), [true, 0]);
  assertEquals(undecided("fwmark 5", unmarked), [false, 1]);
  assertEquals(undecided("not fwmark 5", unmarked), [false, 1]);
  assertEquals(undecided("fwmark 5 and sport 23", unmarked), [false, 0]);
  assertEquals(undecided("autobound", unmarked), [false, 1]);
  assertEquals(undecided("not autobound and sport 23", unmarked), [false, 0]);
});

Deno.test("the protocol is a field, and decides for whole families", () => {
  const listed = (text: string) =>
    families.filter((family) => !filterOf(text, context).of(family).excludesAll).map(({ name }) => name);
  assertEquals(listed("protocol = tcp"), ["TCP"]);
  assertEquals(listed("protocol ~ ^U"), ["UDP", "UDPLITE", "UNIX"]);
  assertEquals(listed("protocol != tcp and protocol !~ ^U and sport 22"), [
    "MPTCP",
    "RAW",
    "SCTP",
    "DCCP",
    "PING",
    "VSOCK",
    "SMC",
  ]);
  assertEquals(listed("tcp_info.rtt > 5"), ["TCP", "DCCP"]);
  assertEquals(listed("path_name ~ x or num = 3"), ["UNIX", "PACKET"]);
});

Deno.test("what owners tell, and is not known of a socket, does not let it pass by not", () => {
  const passesInDoubt = (text: string) => {
    const predicate = filterOf(text).of(family("UNIX")).openPredicate(false)!;
    predicate.openRecord();
    sinkPath(predicate);
    return predicate.passes(true);
  };
  const sinkPath = (sink: RecordSink) => sink.integer(key("inode"), 7);
  assertEquals(passesInDoubt("not exists container"), false);
  assertEquals(passesInDoubt("not cgroup ~ nosuch"), false);
  assertEquals(passesInDoubt("not container.id = 3f4ea1b2c3d4"), false);
  assertEquals(passesInDoubt("inode = 7 and not exists container"), false);
  assertEquals(passesInDoubt("inode = 7 or not exists container"), true);
});
