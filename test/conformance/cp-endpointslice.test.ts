import { describe, expect, test } from "vitest";
import { endpointOf } from "../../src/control-plane/endpoint.js";
import { reconcileEndpointSlices } from "../../src/control-plane/endpointslice.js";
import { EndpointSliceController } from "../../src/control-plane/endpointslice-controller.js";
import { packEndpoints } from "../../src/control-plane/endpointslice-packing.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import type { EndpointSlice, Pod } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { Harness, type HarnessOptions } from "../control-plane/harness.js";
import { endpoints, node, pod, service, slice, terminating, withReady } from "../control-plane/objects.js";

/** From the sending of a write of 5 ms to its commit. */
const COMMIT = 4750;
/** From the commit of an input to the commit of the slice: watch 15 ms, then the write. */
const DELAY = 15 * MILLISECOND + COMMIT;

/** A Service "web" with two ready pods "a" and "b", settled, with the clock at 10 s. */
function settled(options: HarnessOptions = {}): Harness {
  const harness = new Harness(options);
  harness.put(node("n1"));
  harness.put(service("web"));
  harness.put(pod("a", { address: "10.244.1.1" }));
  harness.put(pod("b", { address: "10.244.1.2" }));
  new EndpointSliceController(harness.context, harness.reader, harness.clientFor("endpointslice"));
  harness.reader.start();
  harness.run();
  harness.run(10 * SECOND);
  return harness;
}

function slicesOf(harness: Harness): EndpointSlice[] {
  return harness.objects("EndpointSlice");
}

function stateOf(harness: Harness, name: string): string {
  const endpoint = slicesOf(harness)
    .flatMap((each) => each.endpoints)
    .find((each) => each.pod === name);
  if (endpoint === undefined) return "absent";
  const { ready, serving, terminating: ending } = endpoint;
  return `ready=${ready} serving=${serving} terminating=${ending}`;
}

/** Times of slice writes from 10 s on, as delays after 10 s. */
function writes(harness: Harness): number[] {
  return harness.commitsOf("EndpointSlice", 10 * SECOND).map(({ time }) => time - 10 * SECOND);
}

describe("what appears in a slice, and when", () => {
  test("CP-23 an endpoint appears not ready with the PodIP and becomes ready with Ready, without a change of its node", () => {
    const harness = settled();
    harness.put(pod("c", { address: null, ready: false, phase: "Pending" }));
    harness.run(12 * SECOND);
    expect(stateOf(harness, "c")).toBe("absent");
    const nodeCommits = harness.commitsOf("Node").length;
    harness.change("Pod", "default/c", (now) => ({ ...now, status: { ...now.status, podIP: 0x0af40103 } }));
    harness.run(12 * SECOND + DELAY + 1);
    expect(stateOf(harness, "c")).toBe("ready=false serving=false terminating=false");
    harness.run(20 * SECOND);
    harness.change("Pod", "default/c", (now) => withReady(now, true));
    harness.run(20 * SECOND + DELAY);
    expect(stateOf(harness, "c")).toBe("ready=false serving=false terminating=false");
    harness.run(20 * SECOND + DELAY + 1);
    expect(stateOf(harness, "c")).toBe("ready=true serving=true terminating=false");
    expect(harness.commitsOf("Node")).toHaveLength(nodeCommits);
  });

  test("CP-24 a deleted pod is terminating and serving one sync later, and leaves only when it is terminal or gone", () => {
    for (const last of ["terminal", "gone"] as const) {
      const harness = settled();
      harness.change("Pod", "default/a", (now) => terminating(now, 10 * SECOND));
      harness.run(10 * SECOND + DELAY);
      expect(stateOf(harness, "a")).toBe("ready=true serving=true terminating=false");
      harness.run(10 * SECOND + DELAY + 1);
      expect(stateOf(harness, "a")).toBe("ready=false serving=true terminating=true");
      harness.run(40 * SECOND);
      expect(stateOf(harness, "a")).toBe("ready=false serving=true terminating=true");
      if (last === "gone") harness.remove("Pod", "default/a");
      else harness.change("Pod", "default/a", (now) => ({ ...now, status: { ...now.status, phase: "Succeeded" } }));
      harness.run(40 * SECOND + DELAY + 1);
      expect(stateOf(harness, "a")).toBe("absent");
    }
  });

  test("CP-25 publishNotReadyAddresses makes unready and terminating pods ready alike", () => {
    const web = service("web");
    const publishing = { ...web, spec: { ...web.spec, publishNotReadyAddresses: true } };
    for (const each of [
      pod("p", { ready: false }),
      pod("p", { deleted: true }),
      pod("p", { ready: false, deleted: true }),
    ]) {
      expect(endpointOf(publishing, each, "a")?.ready).toBe(true);
      expect(endpointOf(web, each, "a")?.ready).toBe(false);
    }
  });

  test("CP-26 a pod in phase Succeeded or Failed is in no slice although its object exists", () => {
    const pods = (["Succeeded", "Failed", "Running"] as const).map((phase) => pod(phase, { phase }));
    const { creates } = reconcileEndpointSlices(service("web"), pods, [], () => "a", 1);
    expect(creates.flatMap((each) => each.endpoints.map((e) => e.pod))).toEqual(["Running"]);
  });

  test("CP-36 the trigger time is that of the Ready flip, and a mere deletion has none", () => {
    const harness = settled();
    const noted = () => slicesOf(harness)[0]?.metadata.annotations["endpoints.kubernetes.io/last-change-trigger-time"];
    harness.change("Pod", "default/a", (now) => withReady(now, false, 9 * SECOND));
    harness.run(20 * SECOND);
    expect(noted()).toBe("9s");
    harness.change("Pod", "default/b", (now) => terminating(now, 20 * SECOND));
    harness.run(30 * SECOND);
    expect(stateOf(harness, "b")).toContain("terminating=true");
    expect(noted()).toBeUndefined();
  });
});

describe("when a Service is synced", () => {
  test("CP-27 batch period 0: a pod event is synced at once, and events while it is queued are absorbed", () => {
    const harness = settled();
    harness.change("Pod", "default/a", (now) => withReady(now, false));
    harness.change("Pod", "default/b", (now) => withReady(now, false));
    harness.run(30 * SECOND);
    expect(writes(harness)).toEqual([DELAY]);
    expect([stateOf(harness, "a"), stateOf(harness, "b")].every((each) => each.startsWith("ready=false"))).toBe(true);
  });

  test("CP-27 TRAP-d: no delay of 0.5 s or 1 s stands before a sync; 1 s comes only from a stale store", () => {
    const harness = settled();
    harness.change("Pod", "default/a", (now) => terminating(now));
    harness.run(10 * SECOND + 500 * MILLISECOND);
    expect(writes(harness)).toEqual([DELAY]);
  });

  // own write sent at 15 ms, committed at 19.75 ms, seen at 34.75 ms; b changes so that its news comes at 25 ms
  test("CP-28 a sync between an own write and its echo writes nothing and is retried 1 s later", () => {
    const harness = settled();
    harness.change("Pod", "default/a", (now) => withReady(now, false));
    harness.at(10 * SECOND + 10 * MILLISECOND, () =>
      harness.change("Pod", "default/b", (now) => withReady(now, false)),
    );
    harness.run(30 * SECOND);
    expect(writes(harness)).toEqual([DELAY, 25 * MILLISECOND + SECOND + COMMIT]);
  });

  test("CP-28 RT-5 the echo comes after the answer even when a watch is faster than a write", () => {
    // own write sent at 5 ms, committed at 24 ms, answered at 25 ms, seen at 29 ms; b's news comes at 27 ms
    const harness = settled({ watch: 5 * MILLISECOND, write: 20 * MILLISECOND });
    harness.change("Pod", "default/a", (now) => withReady(now, false));
    harness.at(10 * SECOND + 22 * MILLISECOND, () =>
      harness.change("Pod", "default/b", (now) => withReady(now, false)),
    );
    harness.run(30 * SECOND);
    expect(writes(harness)).toEqual([24 * MILLISECOND, 27 * MILLISECOND + SECOND + 19 * MILLISECOND]);
  });

  test("CP-28 the retries of a store that stays stale come after 1, 2, 4 s", () => {
    const harness = settled({ watch: 4 * SECOND });
    harness.change("Pod", "default/a", (now) => withReady(now, false));
    harness.at(10 * SECOND + 10 * MILLISECOND, () =>
      harness.change("Pod", "default/b", (now) => withReady(now, false)),
    );
    harness.run(60 * SECOND);
    // first write at 4 s, seen at 8 s; b's news at 4.01 s fails there, at 5.01 and at 7.01 s, and succeeds at 11.01 s
    expect(writes(harness)).toEqual([4 * SECOND + COMMIT, 11 * SECOND + 10 * MILLISECOND + COMMIT]);
  });

  test("CP-28 another event adds the key again before the retry", () => {
    const harness = settled();
    const unready = (name: string) => () =>
      harness.change("Pod", `default/${name}`, (now: Pod) => withReady(now, false));
    unready("a")();
    harness.at(10 * SECOND + 10 * MILLISECOND, unready("b"));
    harness.at(10 * SECOND + 100 * MILLISECOND, () => harness.put(pod("c", { address: "10.244.1.3" })));
    harness.run(30 * SECOND);
    expect(writes(harness)).toEqual([DELAY, 100 * MILLISECOND + DELAY]);
    expect(stateOf(harness, "b")).toContain("ready=false");
  });

  test("a slice changed by somebody else is put right 1 s after the news", () => {
    const harness = settled();
    harness.change("EndpointSlice", "default/web-1", (now) => ({ ...now, endpoints: [] }));
    harness.run(30 * SECOND);
    expect(writes(harness)).toEqual([0, SECOND + DELAY]);
    expect(stateOf(harness, "a")).toContain("ready=true");
  });
});

/** `count` Services with one pod each on node n1, settled; then all pods become NotReady at 10 s. */
function lossOfAll(count: number, options: HarnessOptions = {}): Harness {
  const harness = new Harness({ startAt: -SECOND, ...options });
  harness.put(node("n1"));
  for (let i = 0; i < count; i++) {
    harness.put(service(`s${i}`));
    harness.put(pod(`p${i}`, { app: `s${i}`, address: `10.244.${1 + (i >> 7)}.${i & 127}` }));
  }
  new EndpointSliceController(harness.context, harness.reader, harness.clientFor("endpointslice"));
  harness.reader.start();
  harness.run(10 * SECOND);
  for (let i = 0; i < count; i++) harness.change("Pod", `default/p${i}`, (now) => withReady(now, false));
  harness.run();
  return harness;
}

describe("workers and budget", () => {
  test("CP-29 five Services are synced at a time, never more", () => {
    const harness = lossOfAll(12, { write: SECOND, watch: 0 });
    // a write lasts 1 s and is committed after 0.95 s: groups of five
    const first = 950 * MILLISECOND;
    const groups = [first, first + SECOND, first + 2 * SECOND];
    expect(writes(harness)).toEqual([...Array(5).fill(groups[0]), ...Array(5).fill(groups[1]), groups[2], groups[2]]);
  });

  test("CP-29 one Service is never synced twice at a time", () => {
    const harness = settled({ write: SECOND, watch: 0 });
    for (const name of ["a", "b"]) {
      harness.at(10 * SECOND + (name === "a" ? 0 : 100 * MILLISECOND), () =>
        harness.change("Pod", `default/${name}`, (now) => withReady(now, false)),
      );
    }
    harness.run();
    // the second sync begins when the first has its answer, although four workers are idle
    expect(writes(harness)).toEqual([950 * MILLISECOND, 1950 * MILLISECOND]);
  });

  test("CP-30 200 Services that lose an endpoint at once: a burst of 30, then 20 a second, so 8.5 s", () => {
    const harness = lossOfAll(200);
    const times = writes(harness);
    expect(times).toHaveLength(200);
    const last = times[199] ?? 0;
    expect(last).toBeGreaterThanOrEqual(8.5 * SECOND);
    expect(last).toBeLessThan(8.6 * SECOND);
    expect(times.filter((time) => time <= 100 * MILLISECOND)).toHaveLength(30 + 1);
  });
});

describe("packing", () => {
  test("CP-31 250 endpoints at once make slices of 100, 100 and 50", () => {
    const pods = Array.from({ length: 250 }, (_, i) => pod(`p${i}`, { address: `10.244.${i >> 7}.${i & 127}` }));
    const { creates } = reconcileEndpointSlices(service("web"), pods, [], () => "a", 1);
    expect(creates.map((each) => each.endpoints.length)).toEqual([100, 100, 50]);
  });

  test("CP-31 removals merge nothing; an emptied slice is deleted; the last one stays as an empty placeholder", () => {
    const present = [slice("web-1", endpoints(0, 100)), slice("web-2", endpoints(100, 100))];
    const few = packEndpoints([...endpoints(0, 1), ...endpoints(100, 1)], present, 100);
    expect([few.updates.map((each) => each.endpoints.length), few.deletes]).toEqual([[1, 1], []]);
    const one = packEndpoints(endpoints(100, 100), present, 100);
    expect([one.updates, one.deletes.map((each) => each.metadata.name)]).toEqual([[], ["web-1"]]);
    const none = reconcileEndpointSlices(service("web"), [], present, () => "a", 3);
    expect(none.deletes.map((each) => each.metadata.name)).toEqual(["web-2"]);
    expect(none.updates.map(({ metadata, endpoints: left }) => [metadata.name, left])).toEqual([["web-1", []]]);
  });

  test("CP-32 one new endpoint goes into the slice with 60, and only that one changes", () => {
    const present = [
      slice("web-1", endpoints(0, 100)),
      slice("web-2", endpoints(100, 60)),
      slice("web-3", endpoints(200, 20)),
    ];
    const desired = [...present.flatMap((each) => each.endpoints), ...endpoints(300, 1)];
    const { updates, creates, deletes } = packEndpoints(desired, present, 100);
    expect(updates.map(({ metadata, endpoints: held }) => [metadata.name, held.length])).toEqual([["web-2", 61]]);
    expect([creates, deletes]).toEqual([[], []]);
  });

  test("CP-33 what is added in a sync that removes goes into the slice that changes anyway", () => {
    const present = [slice("web-1", endpoints(0, 100)), slice("web-2", endpoints(100, 60))];
    const desired = [...endpoints(1, 99), ...endpoints(100, 60), ...endpoints(300, 1)];
    const { updates, creates } = packEndpoints(desired, present, 100);
    expect(updates.map(({ metadata, endpoints: held }) => [metadata.name, held.length])).toEqual([["web-1", 100]]);
    expect(creates).toEqual([]);
  });
});

describe("causes", () => {
  test("a slice write is caused by the revision that changed the endpoint, not by a later one of the same pod", () => {
    const harness = settled();
    harness.change("Pod", "default/a", (now) => withReady(now, false));
    harness.change("Pod", "default/a", (now) => ({ ...now, status: { ...now.status, reason: "later" } }));
    harness.run(30 * SECOND);
    const { facts } = harness.simulation;
    const [first] = harness.commitsOf("Pod", 10 * SECOND);
    const [write] = harness.commitsOf("EndpointSlice", 10 * SECOND);
    expect(facts.parentOf(write?.revision.fact ?? -1)).toBe(first?.revision.fact);
    expect(facts.kindOf(write?.revision.fact ?? -1)).toBe(FactKind.endpointsChanged);
    expect(facts.objectOf(write?.revision.fact ?? -1)).toBe("10.244.1.1 ready→not ready");
  });

  test("a removal is caused by the pod's deletion, and the end of a Service takes its slices along", () => {
    const harness = settled();
    const { facts } = harness.simulation;
    harness.remove("Pod", "default/a");
    harness.run(20 * SECOND);
    const removal = harness.commitsOf("EndpointSlice", 10 * SECOND)[0]?.revision.fact ?? -1;
    expect(facts.subjectOf(facts.parentOf(removal))).toBe("Pod/default/a");
    harness.remove("Service", "default/web");
    harness.run(30 * SECOND);
    expect(slicesOf(harness)).toEqual([]);
    const end = harness.commitsOf("EndpointSlice", 20 * SECOND)[0]?.revision.fact ?? -1;
    expect(facts.subjectOf(facts.parentOf(end))).toBe("Service/default/web");
  });
});
