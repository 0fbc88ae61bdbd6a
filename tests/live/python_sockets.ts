/**
 * Sockets that a Python program holds for a test, in the namespace that the test is in.
 */

/** Functions for scripts: `say` prints what there is and waits for the end of the test. */
const PRELUDE = `
import ctypes, fcntl, json, os, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
def check(result):
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def number(sock, request):
    return struct.unpack("i", fcntl.ioctl(sock, request, b"\\0" * 4))[0]
def describe(sock):
    status = os.fstat(sock.fileno())
    memory = sock.getsockopt(socket.SOL_SOCKET, 55, 64)
    return {
        "inode": status.st_ino,
        "uid": status.st_uid,
        "type": sock.type,
        "cookie": hex(struct.unpack("<Q", sock.getsockopt(socket.SOL_SOCKET, 57, 8))[0]),
        "memory": list(struct.unpack("<%di" % (len(memory) // 4), memory)),
    }
def say(value):
    print(json.dumps(value), flush=True)
    sys.stdin.read()
`;

/** A program with open sockets; disposing of it ends it. */
export class PythonSockets<Truth> implements AsyncDisposable {
  private constructor(
    readonly child: Deno.ChildProcess,
    /** What it says of its sockets. */
    readonly truth: Truth,
  ) {}

  /** Runs a script, and waits until it has said what there is. */
  static async open<Truth>(script: string, ...args: readonly string[]): Promise<PythonSockets<Truth>> {
    const child = new Deno.Command("python3", {
      args: ["-c", PRELUDE + script, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let text = "";
    const decoder = new TextDecoder();
    const reader = child.stdout.getReader();
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) {
        await child.stdin.close();
        throw new Error(`the script ended with status ${(await child.status).code}`);
      }
      text += decoder.decode(value, { stream: true });
    }
    reader.releaseLock();
    return new PythonSockets<Truth>(child, JSON.parse(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.stdin.close();
    await this.child.stdout.cancel();
    await this.child.status;
  }
}
