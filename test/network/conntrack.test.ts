import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { Random } from "../../src/engine/random.js";
import { type Address, parseAddress } from "../../src/model/address.js";
import { type Established, type Flow, HopAction, type TrackedHop } from "../../src/model/flow.js";
import { Action, type Verdict } from "../../src/model/verdict.js";
import { expiryOf, UdpConntrack, type UdpConntrackOptions } from "../../src/network/conntrack.js";
import { Network } from "../../src/network/network.js";
import type { NodePlace } from "../../src/network/place.js";
import { createTopology } from "../../src/network/topology.js";
import type { UdpSocket } from "../../src/network/udp-socket.js";
import { newVerdict } from "../../src/network/verdict.js";
import { serviceTranslator, translateTo } from "../support/translator.js";

const address = (text: string): Address => parseAddress(text)!;
const DNS = address("10.96.0.10");
const OTHER = address("10.96.0.11");
const S1 = address("10.244.1.1");
const S2 = address("10.244.1.2");
const random = new Random("1");

class Bench {
  endpoints: readonly Address[] = [S1];
  established: (entry: TrackedHop) => Established = () => "keep";
  readonly source: NodePlace;
  readonly conntrack: UdpConntrack;
  readonly network: Network;
  private readonly sockets: UdpSocket[] = [];

  constructor(options: Partial<UdpConntrackOptions> = {}) {
    const nodes = [0, 1].map((index) => ({ index, name: `node-${index}`, zone: "a", pool: "node", address: index }));
    this.network = new Network(createTopology(nodes, { sameNode: 20, sameZone: 50, crossZone: 500 }));
    const [source, server] = this.network.topology.nodes as [NodePlace, NodePlace];
    this.source = source;
    for (const each of [S1, S2])
      this.network.attach(each, `pod-${each}`, server).listen(53, { protocol: "UDP", speaks: "dns" });
    source.translator = serviceTranslator(
      (flow, hop) => {
        hop.action = HopAction.refuse;
        if (this.endpoints.length === 0) return;
        const endpoint = this.endpoints[Math.floor(flow.choice * this.endpoints.length)]!;
        translateTo(hop, { endpoint, believedPod: `pod-${endpoint}` });
      },
      { established: (entry) => this.established(entry) },
    );
    this.conntrack = new UdpConntrack({ network: this.network, choice: random.key("client", "backend"), ...options });
  }

  /** The socket of this number, open from its first use on. */
  socket(number: number): UdpSocket {
    while (this.sockets.length <= number) this.sockets.push(this.conntrack.open());
    return this.sockets[number]!;
  }

  /** Entries of all sockets. */
  get entries(): number {
    let count = 0;
    for (const { flows } of this.sockets) for (let each = flows; each !== null; each = each.next) count++;
    return count;
  }

  send(seconds: number, socket = 1, destination = DNS): Verdict {
    const flow: Flow = { source: this.source, sourceAddress: 5, destination, port: 53, protocol: "UDP", choice: 0 };
    const verdict = newVerdict();
    this.conntrack.send(this.socket(socket), flow, verdict, seconds * SECOND);
    return verdict;
  }

  replied(seconds: number, socket = 1, destination = DNS): void {
    this.conntrack.replied(this.socket(socket), destination, 53, seconds * SECOND);
  }
}

describe("expiry of an entry", () => {
  test.each([
    [0, false, 0, 30],
    [0, false, 8, 38],
    [0, true, 0.2, 30.2],
    [0, true, 2, 32],
    [0, true, 8, 128],
    [10, true, 11, 41],
    [10, true, 13, 133],
  ])("created at %d s, replied %s: a packet at %d s keeps it until %d s", (createdAt, replied, now, until) => {
    expect(expiryOf(createdAt * SECOND, replied, now * SECOND)).toBe(until * SECOND);
  });
});

describe("a socket", () => {
  test("keeps its endpoint, whatever the rules say later, and tells what it was chosen by", () => {
    const bench = new Bench();
    const first = bench.send(0);
    bench.endpoints = [S2];
    expect(bench.send(1)).toEqual(first);
    expect(first).toMatchObject({ endpoint: S1, believedPod: `pod-${S1}`, action: Action.deliver });
    expect(bench.send(1, 2).endpoint).toBe(S2);
    expect(bench.entries).toBe(2);
  });

  test("has an entry for each destination", () => {
    const bench = new Bench();
    bench.send(0);
    bench.endpoints = [S2];
    expect(bench.send(0, 1, OTHER).endpoint).toBe(S2);
    expect([bench.send(1).endpoint, bench.send(1, 1, OTHER).endpoint]).toEqual([S1, S2]);
    bench.established = ({ destination }) => (destination === DNS ? "moved" : "keep");
    expect([bench.send(2).endpoint, bench.send(2, 1, OTHER).endpoint]).toEqual([S2, S2]);
    expect(bench.entries).toBe(2);
  });

  test("sends to an address of its own node before any entry, and leaves none; without that address it has its old one", () => {
    const bench = new Bench();
    bench.send(0);
    const host = bench.network.attachLocal(bench.source, DNS, 53, "cache");
    expect(bench.send(1)).toMatchObject({ action: Action.refuse, endpoint: DNS, host, oneWay: 20 });
    host.listen(53, { protocol: "UDP", speaks: "dns" });
    expect(bench.send(2, 2)).toMatchObject({ action: Action.deliver, endpoint: DNS, host });
    expect(bench.entries).toBe(1);
    bench.network.detachLocal(host);
    bench.endpoints = [S2];
    expect([bench.send(3).endpoint, bench.send(3, 2).endpoint]).toEqual([S1, S2]);
  });

  test("leaves nothing behind when it is closed", () => {
    const bench = new Bench();
    bench.send(0);
    bench.conntrack.close(bench.socket(1));
    expect(bench.entries).toBe(0);
    const next = bench.conntrack.open();
    expect([next.number, next.flows, next.lost]).toEqual([2, null, 0]);
  });

  test("is handed out again under another number, once however often it was closed", () => {
    const bench = new Bench();
    const socket = bench.socket(1);
    bench.conntrack.close(socket);
    bench.conntrack.close(socket);
    const [next, other] = [bench.conntrack.open(), bench.conntrack.open()];
    expect(next).toBe(socket);
    expect(other).not.toBe(socket);
    expect([next.number, other.number]).toEqual([2, 3]);
  });

  test("that lives as long as its process keeps entries apart by destination, and an entry that went draws anew", () => {
    const bench = new Bench();
    bench.endpoints = [S1, S2];
    const drawn = new Set<Address>();
    for (let round = 0; round < 40; round++) drawn.add(bench.send(round * 200, 0).endpoint);
    expect([bench.socket(0).lost, bench.entries, drawn.size]).toEqual([39, 1, 2]);
  });

  test("that sends to an address without NAT has no entry", () => {
    const bench = new Bench();
    expect(bench.send(0, 1, S1).action).toBe(Action.deliver);
    expect(bench.entries).toBe(0);
  });

  test("whose datagram was rejected has no entry (09-udp-reject-then-endpoint)", () => {
    const bench = new Bench();
    bench.endpoints = [];
    expect([0, 1, 2].map((time) => bench.send(time).action)).toEqual([Action.refuse, Action.refuse, Action.refuse]);
    bench.endpoints = [S2];
    expect(bench.send(3)).toMatchObject({ action: Action.deliver, endpoint: S2 });
  });

  test("keeps its endpoint although there is none any more: REJECT matches new flows only", () => {
    const bench = new Bench();
    bench.send(0);
    bench.endpoints = [];
    expect(bench.send(1)).toMatchObject({ action: Action.deliver, endpoint: S1 });
  });

  test("draws anew for its next entry", () => {
    const again = [...Array(200).keys()].map((socket) => {
      const bench = new Bench();
      bench.endpoints = [S1, S2];
      const first = bench.send(0, socket).endpoint;
      return first === bench.send(31, socket).endpoint;
    });
    const same = again.filter(Boolean).length;
    expect(same).toBeGreaterThan(70);
    expect(same).toBeLessThan(130);
  });
});

describe("timeouts as measured (09-udp)", () => {
  test("an entry that nobody answers goes 30 s after the last datagram; each refreshes it", () => {
    const bench = new Bench();
    const endpoints: (Address | string)[] = [];
    for (const time of [0, 28, 57.9, 88]) {
      endpoints.push(bench.send(time).endpoint);
      bench.endpoints = [S2];
    }
    expect(endpoints).toEqual([S1, S1, S1, S2]);
  });

  test("a short exchange leaves 30 s", () => {
    const bench = new Bench();
    for (const time of [0, 0.2]) {
      bench.send(time);
      bench.replied(time);
    }
    bench.endpoints = [S2];
    expect(bench.send(30.3).endpoint).toBe(S2);
  });

  test("a stream has 120 s: datagrams at 0, 0.2, 8, 33, 68 s stay, and so does one 115 s later, not one 125 s later", () => {
    const bench = new Bench();
    const endpoints = [0, 0.2, 8, 33, 68, 183, 308].map((time) => {
      const { endpoint } = bench.send(time);
      bench.endpoints = [S2];
      bench.replied(time);
      return endpoint;
    });
    expect(endpoints).toEqual([S1, S1, S1, S1, S1, S1, S2]);
  });

  test("a reply that comes when the entry has expired revives nothing", () => {
    const bench = new Bench();
    bench.send(0);
    bench.replied(40);
    bench.endpoints = [S2];
    expect(bench.send(41).endpoint).toBe(S2);
  });
});

describe("the conntrack race", () => {
  const race = (loss: number): NonNullable<UdpConntrackOptions["race"]> => ({
    loss,
    key: random.key("client", "race"),
  });

  test("drops the second of two datagrams that leave one socket at the same instant, and nothing else", () => {
    const bench = new Bench({ race: race(1) });
    expect([bench.send(0).action, bench.send(0).action]).toEqual([Action.deliver, Action.blackHole]);
    expect([bench.send(5).action, bench.send(5).action]).toEqual([Action.deliver, Action.deliver]);
    expect([bench.send(5, 2).action, bench.send(6, 2).action]).toEqual([Action.deliver, Action.deliver]);
    expect([bench.send(7, 3, S1).action, bench.send(7, 3, S1).action]).toEqual([Action.deliver, Action.deliver]);
  });

  test("has the probability that was asked for, and none by default", () => {
    const lost = (loss: number): number => {
      const bench = new Bench({ race: race(loss) });
      let count = 0;
      for (let socket = 0; socket < 20_000; socket++) {
        bench.send(0, socket);
        if (bench.send(0, socket).rule === "conntrack-race") count++;
      }
      return count / 20_000;
    };
    expect(Math.abs(lost(0.1) - 0.1)).toBeLessThan(0.01);
    expect(lost(0)).toBe(0);
  });
});
