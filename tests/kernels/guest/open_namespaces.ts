/** Makes network namespaces in `/run/netns`, as many as are asked for, each with one listener of its own port. */
import { ipv4, newNamespace, sleep, Socket } from "./libc.ts";

const count = Number(Deno.args[0]);
Deno.mkdirSync("/run/netns", { recursive: true });
for (let number = 1; number <= count; number++) {
  newNamespace(`/run/netns/n${number}`);
  Socket.open(2, 1).bind(ipv4("0.0.0.0", 10000 + number)).listen(number);
}
console.log(`made ${count}`);
await sleep(3_600_000);
