/** Health checks from outside: what the wire tells whoever makes them, and that one which passes is no event. */
import { describe, expect, test } from "vitest";
import { constant } from "../../src/engine/distribution.js";
import { SECOND } from "../../src/engine/duration.js";
import { PacketLoss } from "../../src/network/packet-loss.js";
import { CHECK, type CheckedTarget, CheckingBalancer } from "../support/checking-balancer.js";
import { NEW_CONNECTIONS } from "../support/connections.js";
import { address, CROSS_ZONE, SAME_NODE, SAME_ZONE, TrafficHarness } from "../traffic/harness.js";

const VIRTUAL = address("203.0.113.7");
const SERVERS = ["10.244.1.5", "10.244.2.5"] as const;
const HOLD = { reuse: "hold", balance: "pick-first", maxAge: null } as const;
/** A check that finds somebody: a handshake, a question and its answer. */
const ROUND_TRIPS = 4 * CROSS_ZONE;
const TIMEOUT = SECOND;
const tick = (number: number): number => CHECK.phase + number * CHECK.interval;

class Bench {
  readonly harness = new TrafficHarness();
  readonly programs = SERVERS.map((ip, index) =>
    this.harness.server(`web-${index}`, ip, { node: index + 1, serviceTime: constant(SECOND / 4) }),
  );
  readonly balancer = new CheckingBalancer({
    context: this.harness.context.child("balancer"),
    network: this.harness.network,
    address: VIRTUAL,
    delays: { sameNode: SAME_NODE, sameZone: SAME_ZONE, crossZone: CROSS_ZONE },
    check: CHECK,
    timeout: TIMEOUT,
  });
  readonly targets: readonly CheckedTarget[] = SERVERS.map((ip) => this.balancer.register(address(ip), 8080));

  get checks(): number[] {
    return this.targets.map(({ checks }) => checks);
  }

  at(time: number, action: (bench: Bench) => void): this {
    this.harness.at(time, () => action(this));
    return this;
  }

  send(connection: typeof HOLD | typeof NEW_CONNECTIONS): this {
    this.harness.send({
      rate: 10,
      client: { connection, requestTimeout: 60 * SECOND },
      known: { address: VIRTUAL, port: 8080, believedPod: "" },
    });
    return this;
  }

  run(until: number): this {
    this.harness.run(until);
    return this;
  }
}

/** Takes the power of the first server's node. */
function powerOff({ harness, programs }: Bench): void {
  harness.network.powerOff(harness.node(1), harness.simulation.now, 3);
  programs[0]?.powerOff(3);
}

describe("a target", () => {
  test("is healthy behind as many checks as it takes; those that pass afterwards are no events", () => {
    const bench = new Bench().run(1000 * SECOND);
    expect(bench.targets.map(({ turns }) => turns)).toEqual([[tick(1) + ROUND_TRIPS], [tick(1) + ROUND_TRIPS]]);
    expect(bench.checks).toEqual([2, 2]);
  });

  test.each([
    ["program's health endpoint fails", ROUND_TRIPS, ({ programs }: Bench) => programs[0]?.failProbe(true)],
    ["program has ended", 2 * CROSS_ZONE, ({ programs }: Bench) => programs[0]?.kill()],
    ["node is without power", TIMEOUT, powerOff],
  ])("whose %s is unhealthy with the third check that fails", (_, duration, action) => {
    const bench = new Bench().at(100 * SECOND, action).run(1000 * SECOND);
    expect(bench.targets[0]?.turns).toEqual([tick(1) + ROUND_TRIPS, tick(52) + duration]);
    expect(bench.checks).toEqual([5, 2]);
  });

  test("comes back, and a failure that is over by then was none", () => {
    const bench = new Bench();
    for (const [time, failing] of [
      [tick(50) - 1, true],
      [tick(51) + SECOND, false],
      [tick(100) - 1, true],
      [tick(110) - 1, false],
    ] as const) {
      bench.at(time, ({ programs }) => programs[0]?.failProbe(failing));
    }
    bench.run(1000 * SECOND);
    const [, down, up] = bench.targets[0]!.turns;
    expect([down, up]).toEqual([tick(102) + ROUND_TRIPS, tick(111) + ROUND_TRIPS]);
    expect(bench.targets[0]?.turns).toHaveLength(3);
    // two failures and the one behind them that passes; three failures; two that pass
    expect(bench.checks).toEqual([2 + 3 + 3 + 2, 2]);
  });

  test("that is going to answer well is checked from then on", () => {
    const bench = new Bench();
    bench.harness.server("late", "10.244.1.9", { listenAfter: 10 * SECOND, readyAfter: 20 * SECOND });
    const late = bench.balancer.register(address("10.244.1.9"), 8080);
    bench.run(1000 * SECOND);
    expect(late.turns).toEqual([tick(16) + ROUND_TRIPS]);
    expect(late.checks).toBe(2);
  });

  test("that is taken out is watched no longer", () => {
    const bench = new Bench().run(100 * SECOND);
    bench.balancer.deregister(address(SERVERS[0]));
    bench.at(101 * SECOND, ({ programs }) => programs[0]?.kill()).run(200 * SECOND);
    expect(bench.checks).toEqual([2, 2]);
  });

  test("behind an address that another host has got is another", () => {
    const bench = new Bench().at(100 * SECOND, ({ harness, programs }) => {
      programs[0]?.kill();
      harness.network.detach(harness.network.holder(address(SERVERS[0]))!, 100 * SECOND, 130 * SECOND);
    });
    bench.at(200 * SECOND, ({ harness }) => harness.server("other", SERVERS[0]));
    bench.run(1000 * SECOND);
    expect(bench.targets[0]?.turns.slice(2)).toEqual([tick(101) + ROUND_TRIPS]);
  });
});

describe("a rule on the path", () => {
  const keysOf = ({ harness: { context } }: Bench) => ({
    sender: context.key("sender"),
    instant: context.key("instant"),
    request: context.key("request"),
    reply: context.key("reply"),
  });
  const lossOf = (bench: Bench, probability: number): PacketLoss =>
    new PacketLoss({
      probability,
      protocol: null,
      port: null,
      paths: [{ from: null, to: new Set([bench.harness.node(1)]) }],
      fact: 5,
      keys: keysOf(bench),
    });

  /** The rule is there for a hundred seconds. */
  function lossy(probability: number): Bench {
    const bench = new Bench();
    const rule = lossOf(bench, probability);
    bench.at(100 * SECOND, ({ harness }) => harness.network.addRule(rule));
    bench.at(200 * SECOND, ({ harness }) => harness.network.removeRule(rule));
    return bench.run(1000 * SECOND);
  }

  test("that draws voids foresight while it is there, where it draws", () => {
    // every tick of its hundred seconds, and none of those before or behind
    const [first, second] = lossy(0.001).checks;
    expect(first).toBe(2 + 50);
    expect(second).toBe(2);
  });

  test("that draws for ever keeps no cluster from having settled; a target that has yet to turn does", () => {
    const bench = new Bench();
    const rule = lossOf(bench, 0.001);
    bench.at(100 * SECOND, ({ harness }) => harness.network.addRule(rule));
    const pending = (time: number): number => bench.run(time).harness.simulation.pendingControl;
    expect([pending(tick(98)), bench.checks[0]]).toEqual([0, 2 + 48]);
    bench.at(tick(98), ({ programs }) => programs[1]?.kill());
    expect([pending(tick(100)), pending(tick(102)), bench.checks[1]]).toEqual([1, 0, 2 + 3]);
  });

  test("that loses everything is foreseen", () => {
    const bench = lossy(1);
    expect(bench.targets[0]?.turns.slice(1)).toEqual([tick(52) + TIMEOUT, tick(101) + ROUND_TRIPS]);
    expect(bench.checks).toEqual([2 + 3 + 2, 2]);
  });
});

describe("connections to a target that turns unhealthy", () => {
  test.each([
    ["held", HOLD],
    ["of one request", NEW_CONNECTIONS],
  ])("(%s) are reset at that instant: what hangs on a dead node is free", (_, connection) => {
    const bench = new Bench().send(connection).at(100 * SECOND, powerOff);
    bench.run(tick(52) + TIMEOUT + SECOND);
    const found = bench.targets[0]!.turns[1];
    const lost = bench.harness.ended.filter(({ outcome }) => outcome === "reset");
    expect(lost.length).toBeGreaterThan(0);
    for (const { arrivedAt, latency } of lost) expect(arrivedAt + latency).toBe(found! + CROSS_ZONE);
    const later = bench.harness.ended.filter(({ arrivedAt }) => arrivedAt > found! + CROSS_ZONE);
    expect(later.every(({ outcome, holder }) => outcome === "ok" && holder === "default/web-1")).toBe(true);
  });
});
