/** How a DNS server asks others: outside the cluster, and behind Services. */

import { describe, expect, test } from "vitest";
import type { DnsListener } from "../../../src/dns/dns-listener.js";
import { PendingAnswer, type Reply } from "../../../src/dns/reply.js";
import { Connections } from "../../../src/dns/upstream/connections.js";
import { createUpstreamExchange } from "../../../src/dns/upstream/exchange.js";
import { OutsideServers } from "../../../src/dns/upstream/outside-servers.js";
import type { ExchangeOptions, ExchangeResult } from "../../../src/dns/upstream/upstream.js";
import { Context } from "../../../src/engine/context.js";
import { MILLISECOND, type Micros, SECOND } from "../../../src/engine/duration.js";
import { Simulation } from "../../../src/engine/simulation.js";
import { type Address, formatAddress, parseAddress, parseRange } from "../../../src/model/address.js";
import type { Question } from "../../../src/model/dns.js";
import { HopAction } from "../../../src/model/flow.js";
import type { Host } from "../../../src/network/host.js";
import { Network } from "../../../src/network/network.js";
import type { NodePlace } from "../../../src/network/place.js";
import { createTopology } from "../../../src/network/topology.js";
import { serviceTranslator, translateTo } from "../../support/translator.js";
import { answered, record } from "../plugins/server-block.js";

const OUTSIDE = parseAddress("192.0.2.53")!;
const SERVICE = parseAddress("10.96.0.11")!;
const NAME = "api.example.com";
const A: Question = { name: NAME, type: "A" };
const LATENCY = 5 * MILLISECOND;
const ONE_WAY: Micros = 50;
const ADDRESS = parseAddress("198.51.100.1")!;
const ZONE = {
  records: new Map([[NAME, [ADDRESS]]]),
  aliases: new Map([
    ["www.example.com", NAME],
    ["loop.example", "loop.example"],
    ["dead.example", "nobody.example"],
  ]),
};

interface Tried {
  result: ExchangeResult | null;
  at: Micros;
}

class Server implements DnsListener {
  readonly speaks = "dns";
  readonly asked: Address[] = [];
  constructor(
    readonly protocol: "UDP" | "TCP",
    readonly reply: () => Reply | null = () => answered("NOERROR", record(NAME, "A", "198.51.100.1")),
  ) {}
  ask(_question: Question, _now: Micros, source: Address = 0): Reply | null {
    this.asked.push(source);
    return this.reply();
  }
}

class Bench {
  readonly simulation = new Simulation({ seed: "1" });
  readonly context = new Context(this.simulation, "node-cache");
  readonly outside = new OutsideServers(ZONE, LATENCY);
  readonly network: Network;
  readonly exchange;
  endpoints: Address[] = [];

  constructor() {
    const nodes = [0, 1].map((index) => ({
      index,
      name: `node-${index + 1}`,
      zone: "a",
      pool: "node",
      address: index,
    }));
    const delays = { sameNode: 20, sameZone: ONE_WAY, crossZone: 500 };
    const serviceRange = parseRange("10.96.0.0/12")!;
    this.network = new Network(createTopology(nodes, delays));
    this.node(0).translator = serviceTranslator((flow, hop) => {
      const endpoint = this.endpoints[Math.floor(flow.choice * this.endpoints.length)];
      hop.action = HopAction.refuse;
      if (endpoint !== undefined) translateTo(hop, { endpoint });
    });
    this.exchange = createUpstreamExchange({
      context: this.context,
      network: this.network,
      outside: this.outside,
      clusterRanges: [serviceRange, parseRange("10.244.0.0/16")!],
      source: this.node(0),
      sourceAddress: 7,
    });
  }

  node(index: number): NodePlace {
    return this.network.topology.nodes[index]!;
  }

  pod(number: number, ...servers: Server[]): Host {
    const address = parseAddress(`10.244.1.${number}`)!;
    const host = this.network.attach(address, `kube-system/coredns-${number}`, this.node(1));
    for (const server of servers) host.listen(53, server);
    this.endpoints.push(address);
    return host;
  }

  try(options: Partial<ExchangeOptions> = {}): Tried {
    const tried: Tried = { result: null, at: Number.NaN };
    const all = { server: OUTSIDE, protocol: "UDP" as const, timeout: 2 * SECOND, ...options };
    this.exchange.exchange(
      A,
      all,
      (payload: Tried, result) => {
        payload.result = result;
        payload.at = this.context.now;
      },
      tried,
    );
    return tried;
  }

  runUntil(time: Micros): void {
    while (this.simulation.advance(1000, time));
    this.simulation.skipTo(time);
  }
}

describe("servers outside", () => {
  test.each([
    [NAME, "A", "NOERROR", [NAME]],
    [NAME, "AAAA", "NOERROR", []],
    ["www.example.com", "A", "NOERROR", ["www.example.com", NAME]],
    ["nobody.example", "A", "NXDOMAIN", []],
    ["dead.example", "A", "NXDOMAIN", ["dead.example"]],
    ["", "NS", "NOERROR", []],
  ] as const)("%s %s is %s", (name, type, rcode, names) => {
    const answer = new OutsideServers(ZONE, LATENCY).answer({ name, type });
    expect([answer.rcode, answer.answers.map((each) => each.name)]).toEqual([rcode, names]);
    // whatever has no data can be cached
    expect(answer.authority.length).toBe(type === "A" && answer.rcode === "NOERROR" ? 0 : 1);
  });

  test("an alias of itself ends", () => {
    expect(new OutsideServers(ZONE, LATENCY).answer({ name: "loop.example", type: "A" }).answers.length).toBe(10);
  });

  test("outages may overlap", () => {
    const servers = new OutsideServers(ZONE, LATENCY);
    const states = [true, true, false, false, false, true].map((down) => {
      servers.setDown(down);
      return servers.down;
    });
    expect(states).toEqual([true, true, true, false, false, true]);
  });

  test("an answer comes after the latency; silence during an outage, also when it begins on the way", () => {
    const bench = new Bench();
    const first = bench.try();
    bench.runUntil(SECOND);
    expect(first).toMatchObject({ at: LATENCY, result: { rcode: "NOERROR" } });
    const second = bench.try();
    bench.runUntil(SECOND + MILLISECOND);
    bench.outside.setDown(true);
    const third = bench.try();
    bench.runUntil(4 * SECOND);
    expect([second, third]).toEqual([
      { at: 3 * SECOND, result: "timeout" },
      { at: 3 * SECOND + MILLISECOND, result: "timeout" },
    ]);
  });

  test("a timeout shorter than the latency is a timeout", () => {
    const bench = new Bench();
    const tried = bench.try({ timeout: MILLISECOND });
    bench.runUntil(SECOND);
    expect(tried).toEqual({ at: MILLISECOND, result: "timeout" });
  });

  test("TCP costs one more round trip for a new connection, which is kept for `expire`", () => {
    const bench = new Bench();
    const took: Micros[] = [];
    for (const at of [0, 1, 11, 22]) {
      bench.runUntil(at * SECOND);
      const tried = bench.try({ protocol: "TCP" });
      bench.runUntil(at * SECOND + 100 * MILLISECOND);
      took.push(tried.at - at * SECOND);
    }
    expect(took).toEqual([2 * LATENCY, LATENCY, LATENCY, 2 * LATENCY]);
  });

  test("dialling goes on during an outage: SYNs are sent again until one is answered", () => {
    const bench = new Bench();
    bench.outside.setDown(true);
    const tried = bench.try({ protocol: "TCP" });
    bench.runUntil(2500 * MILLISECOND);
    bench.outside.setDown(false);
    bench.runUntil(10 * SECOND);
    expect(tried).toMatchObject({ at: 3 * SECOND + 2 * LATENCY, result: { rcode: "NOERROR" } });
  });
});

describe("the dial timeout", () => {
  test("is 30 s at first, and twice the average of past dials down to 1 s", () => {
    const connections = new Connections();
    const timeouts = [connections.dialTimeout];
    for (let i = 0; i < 20; i++) {
      connections.dialled(0);
      timeouts.push(connections.dialTimeout);
    }
    expect(timeouts.slice(0, 3)).toEqual([30 * SECOND, 22.5 * SECOND, 16.875 * SECOND]);
    expect(timeouts[20]).toBe(SECOND);
    for (let i = 0; i < 30; i++) connections.dialled(30 * SECOND);
    expect(connections.dialTimeout).toBe(30 * SECOND);
  });

  test("ends a dial that nobody answers", () => {
    const bench = new Bench();
    bench.outside.setDown(true);
    const tried = bench.try({ protocol: "TCP" });
    bench.runUntil(60 * SECOND);
    expect(tried).toEqual({ at: 30 * SECOND, result: "timeout" });
  });
});

describe("servers in the cluster", () => {
  test("are asked through the rules of the node, as the asking server", () => {
    const bench = new Bench();
    const server = new Server("UDP");
    bench.pod(2, server);
    const tried = bench.try({ server: SERVICE });
    bench.runUntil(SECOND);
    expect(tried).toMatchObject({ at: 2 * ONE_WAY, result: { rcode: "NOERROR" } });
    expect(server.asked).toEqual([7]);
  });

  test("a closed port and a Service without endpoints are refused", () => {
    const bench = new Bench();
    const none = bench.try({ server: SERVICE });
    bench.pod(2);
    const closed = bench.try({ server: SERVICE });
    bench.runUntil(SECOND);
    expect(none.result).toBe("refused");
    expect(closed).toEqual({ at: 2 * ONE_WAY, result: "refused" });
  });

  test("a pending reply comes when it is there, and is a timeout when it is late or never comes", () => {
    const bench = new Bench();
    const replies: PendingAnswer[] = [];
    const pending = (): PendingAnswer => {
      const reply = new PendingAnswer();
      replies.push(reply);
      return reply;
    };
    bench.pod(2, new Server("UDP", pending));
    const tries = [1, 2, 3].map(() => bench.try({ server: SERVICE }));
    bench.runUntil(SECOND);
    replies[0]?.resolve(answered("NOERROR"));
    bench.runUntil(3 * SECOND);
    replies[1]?.resolve(answered("NOERROR"));
    bench.runUntil(4 * SECOND);
    expect(tries.map(({ at }) => at)).toEqual([SECOND + ONE_WAY, 2 * SECOND, 2 * SECOND]);
    expect(tries.map(({ result }) => (typeof result === "string" ? result : result?.rcode))).toEqual([
      "NOERROR",
      "timeout",
      "timeout",
    ]);
  });

  test("a UDP socket that is used again keeps its backend; a socket that failed is closed, and the next draws anew", () => {
    const bench = new Bench();
    const servers = [2, 3, 4, 5].map((number) => {
      const server = new Server("UDP");
      return { server, host: bench.pod(number, server) };
    });
    for (let i = 0; i < 10; i++) {
      bench.try({ server: SERVICE });
      bench.runUntil((i + 1) * SECOND);
    }
    const used = servers.filter(({ server }) => server.asked.length > 0);
    expect(used.map(({ server }) => server.asked.length)).toEqual([10]);
    used[0]?.host.close(53, used[0].server, bench.context.now, 0);
    const refused = bench.try({ server: SERVICE });
    bench.runUntil(11 * SECOND);
    expect(refused.result).toBe("refused");
    for (let i = 0; i < 20; i++) {
      bench.try({ server: SERVICE });
      bench.try({ server: SERVICE });
      bench.try({ server: SERVICE });
      bench.runUntil((12 + i) * SECOND);
    }
    expect(servers.filter(({ server }) => server.asked.length > 0).length).toBeGreaterThan(1);
  });

  test("a kept TCP connection whose other end has closed is replaced within the same try", () => {
    const bench = new Bench();
    const first = new Server("TCP");
    const host = bench.pod(2, first);
    bench.try({ server: SERVICE, protocol: "TCP" });
    bench.runUntil(SECOND);
    host.close(53, first, bench.context.now, 0);
    const second = new Server("TCP");
    host.listen(53, second);
    const tried = bench.try({ server: SERVICE, protocol: "TCP" });
    bench.runUntil(2 * SECOND);
    expect(tried).toMatchObject({ at: SECOND + 4 * ONE_WAY, result: { rcode: "NOERROR" } });
    expect([first.asked.length, second.asked.length]).toEqual([1, 1]);
  });

  test("a TCP connection to a dead node is not noticed: the try times out, and dialling begins anew", () => {
    const bench = new Bench();
    bench.pod(2, new Server("TCP"));
    bench.try({ server: SERVICE, protocol: "TCP" });
    bench.runUntil(SECOND);
    bench.node(1).downFact = bench.context.record(0, "Node/node-2");
    const tried = bench.try({ server: SERVICE, protocol: "TCP" });
    bench.runUntil(10 * SECOND);
    expect(tried).toEqual({ at: 3 * SECOND, result: "timeout" });
    const next = bench.try({ server: SERVICE, protocol: "TCP" });
    bench.runUntil(20 * SECOND);
    expect(next.result).toBeNull();
  });

  test("questions die with the process", () => {
    const bench = new Bench();
    const tried = bench.try();
    bench.context.crash();
    bench.runUntil(10 * SECOND);
    expect(tried.result).toBeNull();
    expect(formatAddress(ADDRESS)).toBe("198.51.100.1");
  });
});
