/**
 * Receives events of some families in some network namespaces and pushes their records.
 */
import type { Family } from "../decode/families/family.ts";
import { DecodeError } from "../decode/kernel/errors.ts";
import { InterfaceNames } from "../decode/lookups/interfaces.ts";
import type { Netns } from "../decode/lookups/netns.ts";
import { OVERRUN } from "../decode/netlink/datagram_source.ts";
import { type EventStream, EventWriter } from "../decode/plan/event_stream.ts";
import type { Plan } from "../decode/plan/plan.ts";
import { DATAGRAM_SIZE } from "../decode/record/record_sink.ts";
import { INCOMING } from "../decode/recording/pcap.ts";
import { encodeLoss } from "../decode/recording/recorded_events.ts";
import { DestroyEvents, type Ports, waitForEvents } from "./destroy_events.ts";
import { kernelReleaseName, parseKernelRelease } from "./kernel_release.ts";
import type { Inside } from "../decode/plan/plan.ts";
import { ALL, openFound, openVantages, readNamespacesInUse } from "./network_namespaces.ts";
import type { RecordingFile } from "./recording.ts";

/** Messages taken from a socket before the next one has its turn. */
const TURN = 256;
/** Turns at the end: as many as empty the socket, if nothing is added. */
const LAST_TURNS = 32;
/** Milliseconds between two searches for namespaces that nothing uses any more, and for new ones. */
const SEARCH_INTERVAL = 500;

/** A network namespace; its descriptor is closed when its sockets are open. */
interface Place {
  readonly inside: Inside;
  readonly netns: Netns | null;
}

/** A socket for the events of a family in a namespace. */
interface Subscription {
  readonly socket: DestroyEvents;
  readonly writer: EventWriter;
  readonly netns: Netns | null;
  /** Events that were received while the output was blocked. */
  dropped: number;
}

/** What to receive, and where. */
export interface EventQuestion {
  /** The families, made by `eventFamily`, the versions of IP, and the filter. */
  readonly plan: Pick<Plan, "families" | "addressFamilies" | "filter">;
  /** Network namespaces; `null` for the own one, without a `netns` field. */
  readonly namespaces: { readonly words: readonly string[]; readonly limit: number } | null;
  /** All families, to search for all namespaces. */
  readonly families: readonly Family[];
  /** Where the messages are saved too. */
  readonly recording: RecordingFile | null;
}

/** The events from the moment it is made. */
export class EventRun implements Disposable {
  /** Namespaces that are missing, and messages that could not be decoded, one line each. */
  readonly warnings: string[] = [];
  readonly #recording: RecordingFile | null;
  #subscriptions: Subscription[] = [];
  /** Namespaces that something else uses too; those that only a descriptor keeps alive are not among them. */
  readonly #used = new Set<number>();
  /** Namespaces that are not new; `null` if new ones are not received from. */
  #known: Set<number> | null = null;
  #searched = performance.now();

  /**
   * Opens the sockets.
   *
   * @throws {SystemError} if the kernel refuses
   * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
   */
  constructor(readonly question: EventQuestion, readonly stream: EventStream) {
    this.#recording = question.recording;
    const { namespaces } = question;
    if (namespaces === null) {
      this.#openAll(question, [{ inside: (action) => action(), netns: null }]);
      return;
    }
    using opened = openVantages(namespaces.words, namespaces.limit, question.families);
    this.warnings.push(...opened.warnings);
    for (const inode of readNamespacesInUse().keys()) this.#used.add(inode);
    if (namespaces.words.includes(ALL)) this.#known = new Set(opened.namespaces!.map(({ netns }) => netns.inode));
    this.#openAll(question, opened.namespaces!);
  }

  #openAll({ plan }: EventQuestion, places: readonly Place[]): void {
    try {
      for (const place of places) {
        // Its descriptor is closed when an event comes.
        void place.netns?.cookie;
        for (const family of plan.families) this.#open(family, plan, place);
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #open(family: Family, { addressFamilies, filter }: EventQuestion["plan"], { inside, netns }: Place): void {
    const own = filter?.of(family);
    if (own?.excludesAll === true) return;
    const groups = addressFamilies.flatMap((version) => family.events!.groups.get(version) ?? []);
    const ports: Ports = { src: own?.kernel?.sport ?? 0, dst: own?.kernel?.dport ?? 0 };
    const socket = new DestroyEvents(inside, groups, ports);
    const writer = new EventWriter(
      family,
      parseKernelRelease(kernelReleaseName()),
      this.stream,
      filter ?? null,
      netns === null ? [] : [netns],
      [new InterfaceNames((index) => socket.interfaceName(index))],
    );
    this.#subscriptions.push({ socket, writer, netns, dropped: 0 });
  }

  /** Whether nothing can come any more: all namespaces have gone. */
  get ended(): boolean {
    return this.#subscriptions.length === 0;
  }

  /**
   * Pushes what has arrived, each socket in its turn.
   *
   * @param blocked whether the output cannot take more: events are then counted and dropped
   */
  take(blocked: boolean): void {
    for (const subscription of this.#subscriptions) {
      if (this.stream.full) return;
      this.#takeTurn(subscription, blocked);
    }
    if (performance.now() - this.#searched >= SEARCH_INTERVAL) this.#search();
  }

  /** Takes some messages; returns whether there can be more. */
  #takeTurn(subscription: Subscription, blocked: boolean): boolean {
    const { socket, writer: { stream } } = subscription;
    if (!blocked) this.#tellDropped(subscription);
    let length = -1;
    for (let i = 0; i < TURN && !stream.full && length !== 0; i++) {
      length = socket.receive(stream.buffer);
      if (length === 0) break;
      const time = performance.timeOrigin + performance.now();
      stream.setTime(time);
      // Losses are told before the messages that came before them: the kernel says so first.
      if (length === OVERRUN) this.#tellLosses(subscription, blocked);
      else this.#take(subscription, length, time, blocked);
    }
    this.#tellLosses(subscription, blocked);
    return length !== 0 && !stream.full;
  }

  #take(subscription: Subscription, length: number, time: number, blocked: boolean): void {
    const { writer } = subscription;
    const { buffer } = writer.stream;
    this.#recording?.write(INCOMING, buffer.subarray(0, Math.min(length, DATAGRAM_SIZE)), length, time);
    if (blocked) return void subscription.dropped++;
    try {
      writer.take(length);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.warnings.push(`${writer.family.name} event: ${error.message}`);
    }
  }

  /** Says how many events the kernel had no room for. */
  #tellLosses(subscription: Subscription, blocked: boolean): void {
    const lost = subscription.socket.takeLosses();
    if (lost === 0) return;
    const time = performance.timeOrigin + performance.now();
    const message = encodeLoss(subscription.writer.family.events!, lost);
    this.#recording?.write(INCOMING, message, message.length, time);
    subscription.dropped += lost;
    if (!blocked) this.#tellDropped(subscription);
  }

  #tellDropped(subscription: Subscription): void {
    if (subscription.dropped === 0) return;
    subscription.writer.stream.setTime(performance.timeOrigin + performance.now());
    subscription.writer.lose(subscription.dropped);
    subscription.dropped = 0;
  }

  /** Pushes what has arrived by now, and what has not been said of losses. To be called at the end. */
  finish(blocked = false): void {
    for (const subscription of this.#subscriptions) {
      for (let turn = 0; turn < LAST_TURNS && this.#takeTurn(subscription, blocked); turn++);
      this.#tellDropped(subscription);
    }
  }

  /**
   * Waits for events, but not longer than some milliseconds.
   *
   * @param output descriptor of the output, -1 for none
   * @returns whether the reader of the output has gone
   */
  wait(output: number, milliseconds: number): Promise<boolean> {
    return waitForEvents(this.#subscriptions.map(({ socket }) => socket.fd), output, milliseconds);
  }

  /** Leaves and enters namespaces as they go and come. */
  #search(): void {
    this.#searched = performance.now();
    if (this.#used.size === 0) return;
    const used = readNamespacesInUse();
    this.#leaveUnused(used);
    if (this.#known !== null) this.#enterNew(used, this.#known);
  }

  /** Opens sockets in namespaces that were not there before. */
  #enterNew(used: ReturnType<typeof readNamespacesInUse>, known: Set<number>): void {
    // Another one can get its number.
    for (const inode of known) if (!used.has(inode)) known.delete(inode);
    const fresh = [...used].filter(([inode]) => !known.has(inode));
    if (fresh.length === 0) return;
    const room = this.question.namespaces!.limit - new Set(this.#subscriptions.map(({ netns }) => netns)).size;
    if (fresh.length > room) this.#warnOnce("new network namespaces are left out: there are too many (--netns-limit)");
    using opened = openFound(fresh.map(([, path]) => path), Math.max(0, room));
    opened.warnings.filter((text) => !text.includes("--netns-limit")).forEach((text) => this.#warnOnce(text));
    for (const [inode] of fresh) known.add(inode);
    for (const { netns } of opened.namespaces!) this.#used.add(netns.inode);
    this.#openAll(this.question, opened.namespaces!);
  }

  #warnOnce(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }

  /** Closes the sockets in namespaces that nothing else uses any more: they would keep these alive. */
  #leaveUnused(used: ReturnType<typeof readNamespacesInUse>): void {
    const gone = this.#subscriptions.filter(({ netns }) =>
      netns !== null && this.#used.has(netns.inode) && !used.has(netns.inode)
    );
    for (const subscription of gone) {
      this.#takeTurn(subscription, false);
      subscription.socket[Symbol.dispose]();
    }
    this.#subscriptions = this.#subscriptions.filter((subscription) => !gone.includes(subscription));
    for (const { netns } of gone) this.#used.delete(netns!.inode);
  }

  /** Closes all sockets. */
  [Symbol.dispose](): void {
    for (const { socket } of this.#subscriptions) socket[Symbol.dispose]();
    this.#subscriptions = [];
  }
}
