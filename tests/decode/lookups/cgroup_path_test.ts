/**
 * Paths of control groups as systemd and the runtimes of containers make them, and what they tell.
 */
import { assertEquals } from "@std/assert";
import { parseCgroupPath, parseProcCgroup, type Runtime } from "../../../decode/lookups/cgroup_path.ts";

const A = "3f4e8a6f0c1d2b5a79886a7b6c5d4e3f2a1b0c9d8e7f60514233445566778899";
const B = "b1946ac92492d2347c6235b4d2611184cd2b0fda0b8a4d5f6c7e8091a2b3c4d5";
const POD = "2b6c1f0e-7a3d-4c58-9f21-0d9e8c7b6a54";
const POD_ = POD.replaceAll("-", "_");
/** Of a pod that the kubelet reads from a file: a hash. */
const STATIC = "5af1a0c9e2b34d7f8690abcdef012345";

type Expected = readonly [unit: string | null, id?: string, runtime?: Runtime | null, podUid?: string | null];

const forms: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  "systemd": {
    "/": [null],
    "/init.scope": ["init.scope"],
    "/system.slice": [null],
    "/system.slice/ssh.service": ["ssh.service"],
    "/system.slice/system-getty.slice/getty@tty1.service": ["getty@tty1.service"],
    "/system.slice/system-postgresql.slice/postgresql@15-main.service": ["postgresql@15-main.service"],
    "/system.slice/systemd-udevd.service/udev": ["systemd-udevd.service"],
    "/system.slice/docker.socket": ["docker.socket"],
    "/system.slice/run-user-1000.mount": ["run-user-1000.mount"],
    "/system.slice/dev-disk-by\\x2duuid-1234.swap": ["dev-disk-by\\x2duuid-1234.swap"],
    "/user.slice/user-1000.slice/session-3.scope": ["session-3.scope"],
    "/user.slice/user-1000.slice/user@1000.service/init.scope": ["init.scope"],
    "/user.slice/user-1000.slice/user@1000.service/app.slice/dbus.service": ["dbus.service"],
    "/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-firefox\\x2desr-4711.scope": [
      "app-gnome-firefox\\x2desr-4711.scope",
    ],
    "/user.slice/user-1000.slice/user@1000.service/session.slice/at-spi-dbus-bus.service": ["at-spi-dbus-bus.service"],
    "/system.slice/_cgroup.service": ["cgroup.service"],
    "/system.slice/containerd.service": ["containerd.service"],
    "/service": [null],
    "/.service": [null],
    "/custom/group": [null],
  },
  "Docker": {
    [`/docker/${A}`]: [null, A, "docker"],
    [`/docker/${A}/system.slice/nginx.service`]: ["nginx.service", A, "docker"],
    [`/system.slice/docker-${A}.scope`]: [`docker-${A}.scope`, A, "docker"],
    [`/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${A}.scope`]: [
      `docker-${A}.scope`,
      A,
      "docker",
    ],
    // --cgroup-parent
    [`/actions_job/${A}`]: [null, A, null],
    [`/ecs/0d9e8c7b6a54/${A}`]: [null, A, null],
    // Docker in Docker: the inner one.
    [`/docker/${A}/docker/${B}`]: [null, B, "docker"],
    [`/system.slice/docker-${A}.scope/docker/${B}`]: [`docker-${A}.scope`, B, "docker"],
    [`/docker/${A}/init`]: [null, A, "docker"],
    // What belongs to Docker and is no container.
    "/system.slice/docker.service": ["docker.service"],
    "/docker/buildkit": [null],
    [`/docker/${A.slice(1)}`]: [null],
    [`/docker/${A}0`]: [null],
    [`/docker/${A.toUpperCase()}`]: [null],
  },
  "containerd": {
    [`/default/${A}`]: [null, A, "containerd"],
    [`/k8s.io/${A}`]: [null, A, "containerd"],
    [`/system.slice/nerdctl-${A}.scope`]: [`nerdctl-${A}.scope`, A, "containerd"],
    [`/user.slice/user-1000.slice/user@1000.service/user.slice/nerdctl-${A}.scope`]: [
      `nerdctl-${A}.scope`,
      A,
      "containerd",
    ],
  },
  "Podman": {
    [`/machine.slice/libpod-${A}.scope`]: [`libpod-${A}.scope`, A, "podman"],
    [`/machine.slice/libpod-${A}.scope/container`]: [`libpod-${A}.scope`, A, "podman"],
    [`/machine.slice/machine-libpod_pod_${B}.slice/libpod-${A}.scope`]: [`libpod-${A}.scope`, A, "podman"],
    [`/libpod_parent/libpod-${A}`]: [null, A, "podman"],
    [`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${A}.scope/container`]: [
      `libpod-${A}.scope`,
      A,
      "podman",
    ],
    [`/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-${A}`]: [
      "web.service",
      A,
      "podman",
    ],
    // The process beside the container that watches it.
    [`/machine.slice/libpod-conmon-${A}.scope`]: [`libpod-conmon-${A}.scope`],
    "/system.slice/podman.service": ["podman.service"],
  },
  "Kubernetes": {
    [`/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD_}.slice/cri-containerd-${A}.scope`]: [
      `cri-containerd-${A}.scope`,
      A,
      "containerd",
      POD,
    ],
    [`/kubepods.slice/kubepods-pod${POD_}.slice/cri-containerd-${A}.scope`]: [
      `cri-containerd-${A}.scope`,
      A,
      "containerd",
      POD,
    ],
    [`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${POD_}.slice/crio-${A}.scope`]: [
      `crio-${A}.scope`,
      A,
      "cri-o",
      POD,
    ],
    [`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${POD_}.slice/crio-${A}.scope/container`]: [
      `crio-${A}.scope`,
      A,
      "cri-o",
      POD,
    ],
    [`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${POD_}.slice/crio-conmon-${A}.scope`]: [
      `crio-conmon-${A}.scope`,
    ],
    [`/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${STATIC}.slice/cri-containerd-${A}.scope`]: [
      `cri-containerd-${A}.scope`,
      A,
      "containerd",
      STATIC,
    ],
    [`/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD_}.slice/docker-${A}.scope`]: [
      `docker-${A}.scope`,
      A,
      "docker",
      POD,
    ],
    [`/kubepods/burstable/pod${POD}/${A}`]: [null, A, null, POD],
    [`/kubepods/pod${POD}/${A}`]: [null, A, null, POD],
    [`/kubepods/besteffort/pod${STATIC}/${A}`]: [null, A, null, STATIC],
    [`/kubepods/burstable/pod${POD}/crio-${A}`]: [null, A, "cri-o", POD],
    [`/system.slice/containerd.service/kubepods-burstable-pod${POD_}.slice:cri-containerd:${A}`]: [
      "containerd.service",
      A,
      "containerd",
      POD,
    ],
    // kind: Kubernetes inside of a container.
    [
      `/docker/${B}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/` +
      `kubelet-kubepods-besteffort-pod${POD_}.slice/cri-containerd-${A}.scope`
    ]: [`cri-containerd-${A}.scope`, A, "containerd", POD],
    [`/system.slice/docker-${B}.scope/kubelet/kubepods/burstable/pod${POD}/${A}`]: [
      `docker-${B}.scope`,
      A,
      null,
      POD,
    ],
    "/kubepods.slice/kubepods-burstable.slice": [null],
    [`/kubepods.slice/kubepods-pod${POD_}.slice`]: [null],
    [`/pod${POD}/${A}`]: [null, A, null],
  },
  "LXC and Incus": {
    "/lxc/web1": [null, "web1", "lxc"],
    "/lxc/web1/init.scope": ["init.scope", "web1", "lxc"],
    "/lxc.payload/web1": [null, "web1", "lxc"],
    "/lxc.payload.web1": [null, "web1", "lxc"],
    "/lxc.payload.web1/system.slice/nginx.service": ["nginx.service", "web1", "lxc"],
    "/lxc.payload.project_web-2/user.slice": [null, "project_web-2", "lxc"],
    [`/lxc.payload.web1/docker/${A}`]: [null, A, "docker"],
    "/lxc.monitor.web1": [null],
    "/lxc": [null],
  },
  "systemd-nspawn": {
    "/machine.slice/machine-web1.scope": ["machine-web1.scope", "web1", "systemd-nspawn"],
    "/machine.slice/machine-debian\\x2dstable.scope/payload/init.scope": [
      "init.scope",
      "debian-stable",
      "systemd-nspawn",
    ],
    "/machine.slice/systemd-nspawn@web1.service": ["systemd-nspawn@web1.service", "web1", "systemd-nspawn"],
    "/machine.slice/systemd-nspawn@web1.service/payload/system.slice/ssh.service": [
      "ssh.service",
      "web1",
      "systemd-nspawn",
    ],
    // Machines of libvirt.
    "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope": ["machine-qemu\\x2d1\\x2dvm.scope"],
    "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator": ["machine-qemu\\x2d1\\x2dvm.scope"],
  },
};

for (const [maker, paths] of Object.entries(forms)) {
  Deno.test(`parseCgroupPath of the paths of ${maker}`, () => {
    for (const [path, [unit, id, runtime = null, podUid = null]] of Object.entries(paths)) {
      const container = id === undefined ? null : { id, runtime, podUid };
      assertEquals(parseCgroupPath(path), { unit, container }, path);
    }
  });
}

Deno.test("parseCgroupPath of any path takes little time and is never wrong about what it does not know", () => {
  const deep = "/" + Array.from({ length: 2000 }, (_, i) => `g${i}`).join("/");
  for (const path of [deep, "", "//", "/\n.service\n", "/\xff\xfe.scope", `/${"a".repeat(4096)}`]) {
    assertEquals(parseCgroupPath(path).container, null);
  }
  assertEquals(parseCgroupPath("/\xff\xfe.scope").unit, "\xff\xfe.scope");
});

Deno.test("parseProcCgroup takes the hierarchy that has groups: of version 2, of systemd, of a container, any", () => {
  const docker = `/docker/${"3f".repeat(32)}`;
  const cases: readonly (readonly [lines: readonly string[], path: string | null])[] = [
    [["0::/system.slice/ssh.service"], "/system.slice/ssh.service"],
    [["0::/"], "/"],
    [["2:cpu,cpuacct:/", `1:name=systemd:/user.slice`, "0::/user.slice/x.scope"], "/user.slice/x.scope"],
    [["4:memory:/a", "1:name=systemd:/system.slice/x.service", "0::/"], "/system.slice/x.service"],
    [["4:memory:/a", `3:pids:${docker}`, "1:name=systemd:/"], docker],
    [["4:memory:/a", "3:pids:/b"], "/a"],
    [["0::/with:colons and\tblanks"], "/with:colons and\tblanks"],
    [[], null],
  ];
  for (const [lines, path] of cases) assertEquals(parseProcCgroup(lines.map((line) => `${line}\n`).join("")), path);
});
