/** A reply that is owed is the one that would have been given: beside a cluster in which every question is asked. */
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { resolverNamed } from "../../../src/dns/client/resolver/resolvers.js";
import type { CoreDns } from "../../../src/dns/server/coredns.js";
import { MILLISECOND, type Micros, SECOND } from "../../../src/engine/duration.js";
import { Phase } from "../../../src/engine/event-queue.js";
import type { Lookup } from "../../../src/model/dns.js";
import {
  alias,
  corefile,
  namespace,
  ONE_WAY,
  type Replica,
  servers,
  service,
  slice,
  TestCluster,
  WATCH_DELAY,
} from "../cluster.js";

const NAMES = ["database", "peers", "nosuch", "elsewhere", "api.example.com", "svc.cluster.local."];
/** The replicas serve by then. */
const START: Micros = SECOND;

function populated(replicas: number, text: string): { cluster: TestCluster; replicas: Replica[] } {
  const cluster = new TestCluster();
  cluster.commit(namespace("production"));
  cluster.commit(service("database", "10.96.1.1"));
  cluster.commit(service("peers", "None"));
  cluster.commit(slice("peers", [{ address: "10.244.1.50" }, { address: "10.244.1.51" }]));
  cluster.commit(alias("elsewhere", "api.example.com"));
  const started = Array.from({ length: replicas }, (_, index) => cluster.replica(index + 1, { corefile: text }));
  cluster.runUntil(START);
  return { cluster, replicas: started };
}

/** From now on every question is asked when it arrives. */
function askAlways(process: CoreDns): void {
  const expectOf = process.expect.bind(process);
  process.expect = (expected, port) => {
    const certainty = expectOf(expected, port);
    if (certainty !== "owed") return certainty;
    expected.debtor!.collect(expected);
    return "at-once";
  };
}

/** Something that happens `at` microseconds after the start, and one more for each step before it. */
type Step =
  | { readonly at: Micros; readonly look: string }
  | { readonly at: Micros; readonly address: number; readonly deleted: boolean }
  | { readonly at: Micros; readonly toAlias: boolean }
  | { readonly at: Micros; readonly replica: number; readonly end: "terminate" | "kill" | "crash" | "reload" };

/** Every delay is a multiple of it: steps with different remainders never meet at one microsecond. */
const UNIT: Micros = 50;
const MOST_STEPS = 24;
const time = fc.integer({ min: 0, max: 12 }).map((units) => WATCH_DELAY + UNIT * units);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ at: time, look: fc.constantFrom(...NAMES) }) },
  {
    weight: 2,
    arbitrary: fc.record({ at: time, address: fc.integer({ min: 1, max: 9 }), deleted: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ at: time, toAlias: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      at: time,
      replica: fc.nat({ max: 1 }),
      end: fc.constantFrom("terminate", "kill", "crash", "reload"),
    }),
  },
);

const COREFILES = [
  corefile(),
  corefile({ cache: "cache 30", ttl: 1 }),
  corefile({ cache: "cache 1 {\n serve_stale\n }", ttl: 0 }),
  corefile({ cache: "cache 30 {\n prefetch 2\n }" }),
  corefile({ lameduck: "" }),
];

interface Result {
  readonly at: Micros;
  readonly lookup: Lookup;
}

/** The lookups of a cluster to which all this happens, in the order of the steps, and the events that they took. */
function play(text: string, steps: readonly Step[], always: boolean): { results: unknown[]; events: number } {
  const { cluster, replicas } = populated(2, text);
  if (always) for (const { process } of replicas) askAlways(process);
  const { context, simulation } = cluster;
  const results: (Result | null)[] = [];
  const names = [...NAMES, ...NAMES];
  for (const name of names) {
    // what is asked for the first time is never owed
    cluster.lookUp(name);
  }
  const start = simulation.now + SECOND;
  cluster.runUntil(start);
  const before = simulation.dispatched;
  for (const each of steps) {
    const index = results.push(null) - 1;
    const run = (): void => {
      if ("look" in each) {
        const keep = (lookup: Lookup): void => {
          results[index] = { at: simulation.now, lookup };
        };
        cluster.resolve(each.look, (take: typeof keep, lookup) => take(lookup), keep);
      } else act(cluster, replicas, each);
    };
    // a write is made so early that it arrives at `at`
    const early = "address" in each || "toAlias" in each ? WATCH_DELAY : 0;
    const phase = "look" in each ? Phase.traffic : Phase.crash;
    context.at(start + each.at + index - early, phase, (handler: () => void) => handler(), run);
  }
  cluster.runUntil(start + 60 * SECOND);
  return { results, events: simulation.dispatched - before };
}

function act(cluster: TestCluster, replicas: readonly Replica[], each: Exclude<Step, { look: string }>): void {
  if ("address" in each) {
    cluster.commit(service("database", `10.96.1.${each.address}`), each.deleted);
    cluster.commit(slice("peers", [{ address: `10.244.1.${each.address}` }, { address: "10.244.1.51" }]));
  } else if ("toAlias" in each) {
    cluster.commit(each.toAlias ? alias("database", "api.example.com") : service("database", "10.96.1.1"));
  } else {
    const { process, context } = replicas[each.replica]!;
    if (each.end === "terminate") process.terminate();
    else if (each.end === "kill") process.kill();
    else if (each.end === "crash") context.crash();
    else process.configMapChanged(servers(corefile({ cache: "cache 2" })));
  }
}

describe("a reply that is owed", () => {
  test.each(COREFILES.map((text, index) => [index, text] as const))(
    "is the one that would have been given, whatever happens to the servers in the meantime (Corefile %d)",
    (_index, text) => {
      let saved = 0;
      fc.assert(
        fc.property(fc.array(step, { minLength: 4, maxLength: MOST_STEPS }), (steps) => {
          const asked = play(text, steps, true);
          const owed = play(text, steps, false);
          expect(owed.results).toEqual(asked.results);
          saved += asked.events - owed.events;
        }),
        { seed: 7, numRuns: 60 },
      );
      // a reply that counts as a hit for prefetch is given, not owed
      expect(saved > 0).toBe(!text.includes("prefetch"));
    },
  );

  function eventsOf(cluster: TestCluster, name: string): number {
    const before = cluster.simulation.dispatched;
    cluster.lookUp(name);
    return cluster.simulation.dispatched - before;
  }

  test("makes a lookup one event; one whose addresses are shuffled takes two", () => {
    const { cluster } = populated(1, corefile());
    const events = ["database", "database", "peers", "peers"].map((name) => eventsOf(cluster, name));
    expect(events).toEqual([2, 1, 2, 2]);
  });

  test("is one from the cache too, whoever had it first", () => {
    const { cluster } = populated(1, corefile({ cache: "cache 30" }));
    cluster.lookUp("api.example.com.");
    cluster.lookUp("api.example.com.");
    expect(eventsOf(cluster, "api.example.com.")).toBe(1);
  });
});

describe("a server that changes while a question is on its way", () => {
  /** When the server changes, relative to the sending of a question that takes ONE_WAY to it. */
  test.each([
    [ONE_WAY - 10, "10.96.1.2"],
    [ONE_WAY, "10.96.1.2"],
    [ONE_WAY + 10, "10.96.1.1"],
  ])("%d µs after it was sent: the question is answered by what is known when it arrives", (after, address) => {
    const { cluster, replicas } = populated(1, corefile());
    cluster.lookUp("database");
    const asked = vi.spyOn(replicas[0]!.process, "ask");
    const sendAt = 2 * SECOND;
    cluster.runUntil(sendAt + after - WATCH_DELAY);
    cluster.commit(service("database", "10.96.1.2"));
    cluster.runUntil(sendAt);
    const lookup = cluster.lookUp("database");
    expect(cluster.simulation.now).toBe(sendAt + 2 * ONE_WAY);
    expect(lookup.answer?.answers[0]?.address).toBe(lookup.addresses[0]);
    expect(lookup.addresses.map((each) => `10.96.1.${each & 255}`)).toEqual([address]);
    // what had arrived before the change was not asked any more
    expect(asked.mock.calls.length).toBe(after > ONE_WAY ? 0 : 2);
  });

  test.each([
    ["before", ONE_WAY - 10, "EAI_AGAIN"],
    ["after", ONE_WAY + 10, "ok"],
  ] as const)("a process that is gone with its node %s the question arrives", (_when, after, status) => {
    const { cluster, replicas } = populated(1, corefile());
    cluster.lookUp("database");
    const { now } = cluster.simulation;
    cluster.context.at(now + after, Phase.crash, (replica: Replica) => replica.context.crash(), replicas[0]!);
    expect(cluster.lookUp("database").status).toBe(status);
  });

  test.each(["glibc", "musl", "go", "c-ares"])(
    "a reply that was certain and does not come any more: %s waits no longer than it would have",
    (name) => {
      const { cluster, replicas } = populated(1, corefile());
      const resolve = cluster.resolver(resolverNamed(name));
      const replies: Lookup[] = [];
      const look = (): void => {
        resolve("database", (list: Lookup[], lookup) => list.push(lookup), replies);
      };
      look();
      const sendAt = 2 * SECOND;
      cluster.runUntil(sendAt + ONE_WAY - 10 - WATCH_DELAY);
      // an alias that leads out of the cluster: the answer would come after 10 ms, and the process is gone before
      cluster.commit(alias("database", "api.example.com"));
      cluster.runUntil(sendAt);
      look();
      cluster.context.at(
        sendAt + 5 * MILLISECOND,
        Phase.crash,
        (replica: Replica) => replica.context.crash(),
        replicas[0]!,
      );
      cluster.runUntil(120 * SECOND);
      expect(replies.map(({ status }) => status === "ok")).toEqual([true, false]);
      expect(replies[1]).toMatchObject({ timedOut: true });
    },
  );

  test("a client that is gone gets no reply, and the server forgets what it owed", () => {
    const { cluster } = populated(1, corefile());
    cluster.lookUp("database");
    const replies: Lookup[] = [];
    cluster.resolve("database", (list: Lookup[], lookup) => list.push(lookup), replies);
    cluster.client.crash();
    cluster.commit(service("database", "10.96.1.2"));
    cluster.runUntil(2 * SECOND);
    expect(replies).toEqual([]);
  });
});
