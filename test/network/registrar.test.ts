import { describe, expect, test } from "vitest";
import { Context } from "../../src/engine/context.js";
import { compile, constant, type Distribution } from "../../src/engine/distribution.js";
import { SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { Simulation } from "../../src/engine/simulation.js";
import { Registrar, type RegistrarOptions } from "../../src/network/registrar.js";
import { CHECK, CheckingBalancer } from "../support/checking-balancer.js";
import { address, CROSS_ZONE, SAME_NODE, SAME_ZONE, TrafficHarness } from "../traffic/harness.js";

type Change = Partial<Omit<RegistrarOptions<string>, "addLatency" | "removeLatency" | "source">>;

interface Given extends Change {
  readonly add?: Distribution;
  readonly remove?: Distribution;
  /** What the source holds from each second on, as words; those that begin with "not-" are filtered out. */
  readonly source: Readonly<Record<number, string>>;
}

/** What the targets were told, each with its time in seconds. */
function told({ add = constant(0), remove = constant(0), source, ...change }: Given): string[] {
  const simulation = new Simulation({ seed: "1", run: 0, startAt: 0, maxEvents: 1000 });
  const context = new Context(simulation, "registrar");
  const log: string[] = [];
  let now: readonly string[] = [];
  const at = (): number => context.now / SECOND;
  const registrar = new Registrar<string>({
    context,
    source: () => now.map((word) => [word.replace(/[0-9]/, ""), word] as const),
    filter: (target) => !target.startsWith("not-"),
    targets: {
      register: (_, target) => log.push(`${at()} +${target}`),
      deregister: (key) => log.push(`${at()} -${key}`),
    },
    pace: 0,
    addLatency: compile(add),
    removeLatency: compile(remove),
    order: "together",
    ...change,
  });
  for (const [time, words] of Object.entries(source)) {
    const payload = words.split(" ").filter((word) => word !== "");
    const arrive = (next: readonly string[]): void => {
      now = next;
      registrar.changed();
    };
    context.at(Number(time) * SECOND, Phase.write, arrive, payload);
  }
  while (simulation.advance(100));
  return log;
}

describe("a registrar", () => {
  test("registers what its filter lets through, and ends what is gone", () => {
    expect(told({ source: { 1: "a not-b c", 2: "a b", 3: "a b" } })).toEqual(["1 +a", "1 +c", "2 +b", "2 -c"]);
  });

  test("registers a target that has become another one under the same key", () => {
    expect(told({ source: { 1: "a1 b", 2: "a2 b" } })).toEqual(["1 +a1", "1 +b", "2 +a2"]);
  });

  test("looks once a pace, at what there is then", () => {
    const source = { 1: "a", 2: "a b", 3: "a b c", 4: "a c", 20: "a" };
    expect(told({ source, pace: 5 * SECOND })).toEqual(["1 +a", "6 +c", "20 -c"]);
  });

  test("takes its latencies, each change from the look on", () => {
    const given = { add: constant(4 * SECOND), remove: constant(SECOND), source: { 1: "a b", 10: "b c" } };
    expect(told(given)).toEqual(["5 +a", "5 +b", "11 -a", "14 +c"]);
    expect(told({ ...given, order: "add-first" })).toEqual(["5 +a", "5 +b", "14 +c", "14 -a"]);
  });

  test("forgets what was asked for otherwise before it was in force", () => {
    const slow = { add: constant(4 * SECOND), remove: constant(4 * SECOND) };
    expect(told({ ...slow, source: { 1: "a b", 2: "b" } })).toEqual(["5 +b", "6 -a"]);
    expect(told({ ...slow, source: { 1: "a", 10: "", 11: "a" } })).toEqual(["5 +a", "15 +a"]);
  });

  test("draws each latency for itself", () => {
    const add: Distribution = { kind: "uniform", min: 0, max: 10 * SECOND };
    const times = told({ add, source: { 0: "a b c d" } });
    expect(new Set(times.map((each) => each.split(" ")[0])).size).toBe(4);
  });

  test("feeds a balancer that checks its targets", () => {
    const harness = new TrafficHarness();
    const ips = ["10.244.1.5", "10.244.2.5"];
    ips.map((ip, index) => harness.server(`web-${index}`, ip, { node: index + 1 }));
    const balancer = new CheckingBalancer({
      context: harness.context.child("balancer"),
      network: harness.network,
      address: address("203.0.113.7"),
      delays: { sameNode: SAME_NODE, sameZone: SAME_ZONE, crossZone: CROSS_ZONE },
      check: CHECK,
      timeout: SECOND,
    });
    let endpoints = ips;
    const registrar = new Registrar<string>({
      context: harness.context.child("registrar"),
      source: () => endpoints.map((ip) => [ip, ip] as const),
      filter: () => true,
      targets: {
        register: (ip) => balancer.register(address(ip), 8080),
        deregister: (ip) => balancer.deregister(address(ip)),
      },
      pace: SECOND,
      addLatency: compile(constant(2 * SECOND)),
      removeLatency: compile(constant(3 * SECOND)),
      order: "together",
    });
    const seen: (readonly boolean[])[] = [];
    const look = (): void => void seen.push(balancer.targets.map(({ healthy }) => healthy));
    harness.at(0, () => registrar.changed());
    harness.at(20 * SECOND, () => {
      endpoints = ips.slice(1);
      registrar.changed();
    });
    for (const time of [1, 3, 15, 22, 24]) harness.at(time * SECOND, look);
    harness.run(30 * SECOND);
    // registered at 2 s, healthy behind two checks that passed, gone at 23 s
    expect(seen).toEqual([[], [false, false], [true, true], [true, true], [true]]);
  });
});
