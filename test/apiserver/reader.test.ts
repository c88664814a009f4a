import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ApiLog, Revision, Unsubscribe } from "../../src/apiserver/log.js";
import { WatchReader } from "../../src/apiserver/reader.js";
import { compile, constant, type Distribution } from "../../src/engine/distribution.js";
import type { Kind } from "../../src/model/objects.js";
import { namespace, pod, ServerHarness } from "./harness.js";

interface Arrival {
  readonly at: number;
  readonly revision: Revision;
  readonly former: Revision | null;
}

/** A reader whose arrivals are written down, by kind. */
function reading(harness: ServerHarness, kinds: readonly Kind[], delay: Distribution, podsOfNode?: string) {
  const options = { kinds, delay: compile(delay), ...(podsOfNode === undefined ? {} : { podsOfNode }) };
  const reader = new WatchReader(harness.process, harness.log, options);
  const arrivals = new Map<Kind, Arrival[]>(kinds.map((kind) => [kind, []]));
  for (const kind of kinds) {
    reader.on(kind, (revision, former) => arrivals.get(kind)?.push({ at: harness.simulation.now, revision, former }));
  }
  const story = (kind: Kind): string[] =>
    (arrivals.get(kind) ?? []).map(({ at, revision }) => `${at} ${revision.key}@${revision.version}`);
  return { reader, arrivals, story };
}

const SLOW = constant(100);

describe("a reader", () => {
  test("knows nothing of a kind that it does not watch, and says so", () => {
    const { reader } = reading(new ServerHarness(), ["Namespace"], SLOW);
    const refused = "does not watch the kind Pod";
    expect(() => reader.on("Pod", () => {})).toThrow(refused);
    expect(() => reader.get("Pod", "default/a")).toThrow(refused);
    expect(() => reader.all("Pod")).toThrow(refused);
    expect(reader.get("Namespace", "a")).toBeNull();
  });

  test("lists what there is one delay after its start, and then watches", () => {
    const harness = new ServerHarness();
    harness.commit(namespace("a"));
    harness.commit(namespace("gone"));
    harness.commit(namespace("gone"), true);
    const { reader, story } = reading(harness, ["Namespace"], SLOW);
    harness.at(10, () => reader.start());
    harness.at(50, () => harness.commit(namespace("b")));
    harness.at(200, () => harness.commit(namespace("c")));
    expect(reader.synced).toBe(false);
    harness.run(110);
    expect(reader.synced).toBe(false);
    harness.run();
    expect(reader.synced).toBe(true);
    expect(story("Namespace")).toEqual(["110 a@1", "110 b@1", "300 c@1"]);
    expect([...reader.all("Namespace")].map(({ key }) => key)).toEqual(["a", "b", "c"]);
  });

  test("lists the state as it was when asked for; what came after arrives after it", () => {
    const harness = new ServerHarness();
    harness.commit(namespace("a", "old"));
    const { reader, arrivals } = reading(harness, ["Namespace"], SLOW);
    reader.start();
    harness.at(20, () => harness.commit(namespace("a", "new")));
    harness.at(30, () => harness.commit(namespace("a", "newest"), true));
    harness.run();
    expect(arrivals.get("Namespace")?.map(({ revision }) => revision.version)).toEqual([2, 3]);
    expect(reader.get("Namespace", "a")).toBeNull();
  });

  test("has no delay before time zero", () => {
    const harness = new ServerHarness(-1000);
    const { reader, story } = reading(harness, ["Namespace"], SLOW);
    harness.at(-900, () => reader.start());
    harness.at(-500, () => harness.commit(namespace("a")));
    harness.at(0, () => harness.commit(namespace("b")));
    harness.run();
    expect(story("Namespace")).toEqual(["-500 a@1", "100 b@1"]);
  });

  test("gives the revision that was known before, and forgets what was deleted", () => {
    const harness = new ServerHarness();
    const { reader, arrivals } = reading(harness, ["Namespace"], SLOW);
    reader.start();
    harness.at(200, () => harness.commit(namespace("a")));
    harness.at(300, () => harness.commit(namespace("a", "x")));
    harness.at(400, () => harness.commit(namespace("a", "x"), true));
    harness.at(500, () => harness.commit(namespace("a")));
    harness.run(450);
    expect(reader.get("Namespace", "a")?.version).toBe(2);
    harness.run(550);
    expect(reader.get("Namespace", "a")).toBeNull();
    harness.run();
    expect(arrivals.get("Namespace")?.map(({ former }) => former?.version ?? 0)).toEqual([0, 1, 2, 0]);
    expect(reader.get("Namespace", "a")).toMatchObject({ version: 4, previous: null });
  });

  test("of a node's kubelet sees only the pods bound to it", () => {
    const harness = new ServerHarness();
    harness.commit(pod("listed", "node-1"));
    harness.commit(pod("elsewhere", "node-2"));
    const { reader, story } = reading(harness, ["Pod"], SLOW, "node-1");
    reader.start();
    harness.at(200, () => harness.commit(pod("new")));
    harness.at(300, () => harness.commit(pod("new", "node-1")));
    harness.at(300, () => harness.commit(pod("other", "node-2")));
    harness.run();
    expect(story("Pod")).toEqual(["100 default/listed@1", "400 default/new@2"]);
  });

  test("that was stopped hears nothing more, not even of what was on its way", () => {
    const harness = new ServerHarness();
    const { reader, story } = reading(harness, ["Namespace"], SLOW);
    reader.start();
    harness.at(200, () => harness.commit(namespace("a")));
    harness.at(250, () => harness.commit(namespace("b")));
    harness.at(320, () => reader.stop());
    harness.at(400, () => harness.commit(namespace("c")));
    harness.run();
    expect(story("Namespace")).toEqual(["300 a@1"]);
    expect(reader.get("Namespace", "a")).not.toBeNull();
  });

  test("dies with its process", () => {
    const harness = new ServerHarness();
    const { reader, story } = reading(harness, ["Namespace"], SLOW);
    reader.start();
    harness.at(200, () => harness.commit(namespace("a")));
    harness.at(250, () => harness.process.crash());
    harness.run();
    expect(story("Namespace")).toEqual([]);
  });

  test("leaves no listener behind: not when it is stopped, nor, after the next commit, when its process was killed", () => {
    for (const end of ["stop", "kill"] as const) {
      const harness = new ServerHarness();
      const open = openSubscriptions(harness.log);
      const { reader } = reading(harness, ["Namespace", "Pod"], SLOW, "node-1");
      expect(open()).toBe(0);
      reader.start();
      expect(open()).toBe(2);
      harness.at(200, () => (end === "stop" ? reader.stop() : harness.process.crash()));
      harness.at(300, () => harness.commit(namespace("a")));
      harness.run();
      expect(open()).toBe(0);
    }
  });

  test("starts once", () => {
    const { reader } = reading(new ServerHarness(), ["Namespace"], SLOW);
    reader.start();
    expect(() => reader.start()).toThrow("the reader of process was started already");
  });

  test("hands on the write as the cause of what follows", () => {
    const harness = new ServerHarness();
    const { reader } = reading(harness, ["Namespace"], SLOW);
    const causes: number[] = [];
    reader.on("Namespace", () => causes.push(harness.simulation.cause));
    reader.start();
    harness.at(200, () => harness.commit(namespace("a")));
    harness.run();
    expect(causes).toEqual([harness.log.get("Namespace", "a")?.fact]);
  });
});

test("each handler of a reader begins with the write as cause, whatever the one before it made the cause", () => {
  const harness = new ServerHarness();
  const { reader } = reading(harness, ["Namespace"], SLOW);
  const causes: number[] = [];
  for (const own of [901, 902]) {
    reader.on("Namespace", () => {
      causes.push(harness.simulation.cause);
      harness.process.because(own);
    });
  }
  reader.start();
  harness.at(200, () => harness.commit(namespace("a")));
  harness.run();
  const fact = harness.log.get("Namespace", "a")?.fact;
  expect(causes).toEqual([fact, fact]);
});

describe("the order of arrivals", () => {
  /** Random writes about three objects of each of two kinds, read with a delay that varies widely. */
  const writes = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 400 }),
      kind: fc.constantFrom("Pod" as const, "Namespace" as const),
      name: fc.constantFrom("a", "b", "c"),
      deleted: fc.boolean(),
    }),
    { minLength: 2, maxLength: 40 },
  );

  test("is that of the log within a kind, whatever the delays; every revision behind the list arrives once", () => {
    let crossed = 0;
    fc.assert(
      fc.property(writes, fc.integer({ min: 0, max: 3000 }), fc.nat(1000), (plan, startAt, seed) => {
        const harness = new ServerHarness(0, String(seed));
        const { reader, arrivals } = reading(harness, ["Pod", "Namespace"], { kind: "uniform", min: 0, max: 1000 });
        const committed = new Map<Kind, Revision[]>([
          ["Pod", []],
          ["Namespace", []],
        ]);
        for (const kind of ["Pod", "Namespace"] as const) {
          harness.log.onCommit(kind, (revision) => committed.get(kind)?.push(revision));
        }
        harness.at(startAt, () => reader.start());
        let time = 0;
        for (const { after, kind, name, deleted } of plan) {
          time += after;
          harness.at(time, () => harness.commit(kind === "Pod" ? pod(name) : namespace(name), deleted));
        }
        harness.run();
        const all: Arrival[] = [];
        for (const [kind, seen] of arrivals) {
          const watched = seen.filter(({ revision }) => revision.time > startAt);
          expect(watched.map(({ revision }) => revision.number)).toEqual(
            (committed.get(kind) ?? []).filter((revision) => revision.time > startAt).map(({ number }) => number),
          );
          for (const { at, revision } of seen) {
            expect(at).toBeGreaterThanOrEqual(revision.time);
            expect(at - Math.max(revision.time, startAt)).toBeLessThanOrEqual(2000);
          }
          const versions = new Map<string, number>();
          for (const { revision } of seen) {
            expect(revision.version).toBeGreaterThan(versions.get(revision.key) ?? 0);
            versions.set(revision.key, revision.version);
          }
          all.push(...watched);
          // in the end the reader knows what the log says
          expect([...reader.all(kind)].map(({ key, version }) => `${key}@${version}`).sort(byText)).toEqual(
            harness.log.list(kind).map(({ key, version }) => `${key}@${version}`),
          );
        }
        const order = [...all].sort((x, y) => x.at - y.at).map(({ revision }) => revision.number);
        if (order.some((number, index) => number < (order[index - 1] ?? 0))) crossed++;
      }),
      { seed: 4, numRuns: 150 },
    );
    // there is no order across kinds
    expect(crossed).toBeGreaterThan(20);
  });

  test("a quick revision waits for the slow one before it, which is not hurried", () => {
    let waited = 0;
    for (let seed = 0; seed < 40; seed++) {
      const arrivals = (names: readonly ("a" | "b")[]): Map<string, number> => {
        const harness = new ServerHarness(0, String(seed));
        const made = reading(harness, ["Namespace"], { kind: "uniform", min: 0, max: 1000 });
        made.reader.start();
        for (const name of names) harness.at(name === "a" ? 2000 : 2001, () => harness.commit(namespace(name)));
        harness.run();
        return new Map((made.arrivals.get("Namespace") ?? []).map(({ at, revision }) => [revision.key, at]));
      };
      const [a, b] = [arrivals(["a"]).get("a") ?? 0, arrivals(["b"]).get("b") ?? 0];
      const both = arrivals(["a", "b"]);
      expect([both.get("a"), both.get("b")]).toEqual([a, Math.max(a, b)]);
      if (b < a) waited++;
    }
    expect(waited).toBeGreaterThan(5);
  });

  test("a delay belongs to (reader, object, version): other writes do not shift it", () => {
    const arrivalOf = (others: number): number => {
      const harness = new ServerHarness();
      const { reader, arrivals } = reading(harness, ["Namespace"], { kind: "uniform", min: 0, max: 50 });
      reader.start();
      for (let i = 0; i < others; i++) harness.at(100, () => harness.commit(namespace(`other-${i}`)));
      harness.at(1000, () => harness.commit(namespace("a")));
      harness.run();
      return arrivals.get("Namespace")?.at(-1)?.at ?? Number.NaN;
    };
    expect(arrivalOf(5)).toBe(arrivalOf(0));
  });
});

/** Counts the subscriptions to a log that have begun and not ended. */
function openSubscriptions(log: ApiLog): () => number {
  let open = 0;
  const counted = (unsubscribe: Unsubscribe): Unsubscribe => {
    open++;
    return () => {
      open--;
      unsubscribe();
    };
  };
  const onCommit = log.onCommit.bind(log);
  const onPodOfNode = log.onPodOfNode.bind(log);
  log.onCommit = (kind, listener) => counted(onCommit(kind, listener));
  log.onPodOfNode = (node, listener) => counted(onPodOfNode(node, listener));
  return () => open;
}

function byText(x: string, y: string): number {
  return x < y ? -1 : 1;
}
