import { describe, expect, test } from "vitest";
import { constant } from "../../src/engine/distribution.js";
import { namespace, pod, ServerHarness, WHY } from "./harness.js";

describe("the log", () => {
  test("numbers all revisions, and those of a key through its re-creation", () => {
    const { log } = new ServerHarness();
    const first = log.commit(namespace("a"), false, 0);
    const second = log.commit(pod("a"), false, 1);
    const gone = log.commit(namespace("a"), true, 2);
    const again = log.commit(namespace("a"), false, 3);
    expect([first, second, gone, again].map(({ number, version }) => [number, version])).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect([gone.previous, again.previous]).toEqual([first, null]);
    expect(log.length).toBe(4);
  });

  test("lists live objects by key, and in the order of creation", () => {
    const { log } = new ServerHarness();
    for (const name of ["b", "a", "c"]) log.commit(namespace(name), false, 0);
    log.commit(namespace("c"), true, 0);
    expect(log.list("Namespace").map(({ key }) => key)).toEqual(["a", "b"]);
    expect([...log.live("Namespace")].map(({ key }) => key)).toEqual(["b", "a"]);
    expect(log.get("Namespace", "c")).toBeNull();
    expect(log.get("Namespace", "d")).toBeNull();
  });

  test("tells of commits by kind, and of pods by the node that they are bound to", () => {
    const { log } = new ServerHarness();
    const seen: string[] = [];
    log.onCommit("Namespace", ({ key }) => seen.push(`kind ${key}`));
    log.onPodOfNode("node-1", ({ key }) => seen.push(`first ${key}`));
    log.onPodOfNode("node-1", ({ key }) => seen.push(`second ${key}`));
    log.commit(namespace("a"), false, 0);
    log.commit(pod("unbound"), false, 0);
    log.commit(pod("other", "node-2"), false, 0);
    log.commit(pod("bound", "node-1"), false, 0);
    expect(seen).toEqual(["kind a", "first default/bound", "second default/bound"]);
  });

  test("tells whoever has unsubscribed nothing more, even when that happens while it tells", () => {
    const { log } = new ServerHarness();
    const seen: string[] = [];
    const leave = log.onCommit("Namespace", ({ key }) => {
      seen.push(`once ${key}`);
      leave();
      leave();
    });
    log.onCommit("Namespace", ({ key }) => seen.push(`always ${key}`));
    const leaveNode = log.onPodOfNode("node-1", ({ key }) => seen.push(key));
    log.commit(namespace("a"), false, 0);
    log.commit(namespace("b"), false, 0);
    log.commit(pod("c", "node-1"), false, 0);
    leaveNode();
    log.commit(pod("d", "node-1"), false, 0);
    expect(seen).toEqual(["once a", "always a", "always b", "default/c"]);
  });

  test("can give every object's history one fact", () => {
    const { log } = new ServerHarness();
    log.commit(namespace("a"), false, 0);
    log.rebase("Namespace", "a", 7);
    log.rebase("Namespace", "unknown", 8);
    expect(log.get("Namespace", "a")?.fact).toBe(7);
  });
});

describe("the duration of a write", () => {
  /** When the write about "a" was committed, with `others` written before by the same client. */
  function committed(others: number): number {
    const harness = new ServerHarness();
    const client = harness.client({ qps: 1e6, burst: 1e6 }, { kind: "uniform", min: 0, max: 1000 });
    harness.at(0, () => {
      for (let i = 0; i < others; i++) client.create(namespace(`other-${i}`), WHY, null, null);
      client.create(namespace("a"), WHY, null, null);
    });
    harness.run();
    return harness.log.get("Namespace", "a")?.time ?? Number.NaN;
  }

  test("belongs to its object: other writes do not shift it", () => {
    expect(committed(3)).toBe(committed(0));
  });

  test("is drawn anew for each write of an object", () => {
    const harness = new ServerHarness();
    const client = harness.client({ qps: 1e6, burst: 1e6 }, { kind: "uniform", min: 0, max: 1_000_000 });
    const times = new Set<number>();
    harness.log.onCommit("Namespace", ({ time }) => times.add(time));
    harness.commit(namespace("a"));
    for (let i = 0; i < 20; i++) {
      harness.at(10, () => client.patch("Namespace", "a", (object) => ({ ...object }), WHY, null, null));
    }
    harness.run();
    expect(times.size).toBe(21);
  });

  test("of a constant is that constant", () => {
    const harness = new ServerHarness();
    const client = harness.client({ qps: 1, burst: 1 }, constant(10));
    harness.at(0, () => client.create(namespace("a"), WHY, null, null));
    harness.run();
    expect(harness.log.get("Namespace", "a")?.time).toBe(9);
  });
});
