import { describe, expect, it } from "vitest";
import { constant } from "../../src/engine/distribution.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { FactKind } from "../../src/model/trace.js";
import { CutSession } from "../support/cut-session.js";
import { container, Harness, newPod, PROBE } from "./harness.js";

const SLOW = { sandboxCreation: constant(SECOND), sandboxRemoval: constant(SECOND), imagePull: constant(5 * SECOND) };

describe("the kubelet starts a pod", () => {
  it("sandbox, then image, then container, each because of the one before", () => {
    const harness = new Harness(SLOW);
    harness.at(0, () => harness.create(newPod([container({ image: "new", readinessProbe: PROBE })])));
    harness.run();
    expect(harness.times(FactKind.addressAssigned)).toEqual([SECOND]);
    expect(harness.times(FactKind.imagePulled)).toEqual([6 * SECOND]);
    expect(harness.times(FactKind.containerStarted)).toEqual([6 * SECOND]);
    expect(harness.chain(harness.factsOf(FactKind.podReady)[0]!)).toEqual([
      "pod-ready",
      "probe-succeeded",
      "container-started",
      "image-pulled",
      "address-assigned",
      "pod-scheduled",
    ]);
    expect(harness.pod()!.status).toMatchObject({ phase: "Running", podIP: 0x0af40002 });
    expect(harness.pod()!.status.ready.lastTransitionTime % SECOND).toBe(0);
    expect(harness.simulation.pendingControl).toBe(0);
  });

  it("reports the address with the first status after the containers started", () => {
    const harness = new Harness({ ...SLOW, minor: 35 });
    harness.at(0, () => harness.create(newPod([container({ image: "new" })])));
    harness.run(harness.relistAfter(6 * SECOND));
    expect(harness.pod()!.status).toMatchObject({ phase: "Pending", podIP: null });
    harness.run(harness.relistAfter(6 * SECOND) + 1);
    expect(harness.pod()!.status).toMatchObject({ phase: "Running", podIP: 0x0af40002 });
  });

  it("RT-11 waits for volumes before the first sandbox of a pod that has any", () => {
    for (const without of [{}, { mountsVolumes: false }] as const) {
      const harness = new Harness({ ...SLOW, volumeMount: constant(300 * MILLISECOND) });
      const pod = newPod();
      harness.at(0, () => harness.create({ ...pod, spec: { ...pod.spec, ...without } }));
      harness.run();
      expect(harness.times(FactKind.addressAssigned)).toEqual([
        SECOND + ("mountsVolumes" in without ? 0 : 300 * MILLISECOND),
      ]);
    }
  });

  it("pulls images one after the other, and each only once", () => {
    const harness = new Harness(SLOW);
    for (const [name, image] of [
      ["a", "one"],
      ["b", "two"],
      ["c", "one"],
    ] as const) {
      harness.at(0, () => harness.create(newPod([container({ image })], 30, name)));
    }
    harness.run();
    const started = ["a", "b", "c"].map((name) => harness.times(FactKind.containerStarted, name)[0]);
    expect(started).toEqual([6 * SECOND, 11 * SECOND, 6 * SECOND]);
  });

  it("has all images before time zero", () => {
    const harness = new Harness({ ...SLOW, startAt: -100 * SECOND });
    harness.at(-50 * SECOND, () => harness.create(newPod([container({ image: "new" })])));
    harness.run();
    expect(harness.times(FactKind.containerStarted)).toEqual([-49 * SECOND]);
  });

  it("a pod without readiness probe waits for all its containers", () => {
    for (const minor of [35, 36]) {
      const harness = new Harness({ ...SLOW, minor });
      const containers = [container({ name: "a" }), container({ name: "b", image: "new" })];
      harness.at(0, () => harness.create(newPod(containers)));
      harness.run();
      const seen = minor < 36 ? harness.relistAfter(6 * SECOND) : 6 * SECOND + 5 * MILLISECOND;
      expect(harness.times(FactKind.podReady)).toEqual([seen]);
    }
  });
});

describe("the kubelet ends a pod", () => {
  it("at every stage of its start", () => {
    for (let time = 0; time < 90; time++) {
      const harness = new Harness({ ...SLOW, api: constant(40 * MILLISECOND) });
      const containers = [container({ name: "a" }), container({ name: "b", image: "new" })];
      harness.at(0, () => harness.create(newPod(containers)));
      harness.at(time * 100 * MILLISECOND, () => harness.delete("default/web"));
      harness.run();
      expect(harness.pod()).toBeNull();
      expect(harness.running).toBe(0);
      expect(harness.times(FactKind.addressReleased)).toHaveLength(harness.times(FactKind.addressAssigned).length);
      expect(harness.times(FactKind.containerExited)).toHaveLength(harness.times(FactKind.containerStarted).length);
      expect(harness.times(FactKind.objectDeleted)).toHaveLength(1);
      expect(harness.simulation.pendingControl).toBe(0);
    }
  });

  it("at every stage of its start when the object vanishes, without writing to it", () => {
    for (let time = 0; time < 90; time++) {
      const harness = new Harness(SLOW);
      harness.at(0, () => harness.create(newPod([container({ image: "new" })])));
      harness.at(time * 100 * MILLISECOND, () => harness.delete("default/web", 0));
      harness.run();
      expect(harness.running).toBe(0);
      expect(harness.times(FactKind.addressReleased)).toHaveLength(harness.times(FactKind.addressAssigned).length);
      expect(harness.times(FactKind.objectDeleted)).toHaveLength(1);
    }
  });

  it("once, however late its own writes come back to it", () => {
    const harness = new Harness({ watch: constant(3 * SECOND) });
    harness.at(0, () => harness.create(newPod()));
    harness.at(50 * SECOND, () => harness.delete("default/web"));
    harness.at(54 * SECOND + 500 * MILLISECOND, () => harness.create(newPod()));
    harness.run(100 * SECOND);
    expect(harness.times(FactKind.terminationStarted)).toEqual([53 * SECOND]);
    expect(harness.times(FactKind.objectDeleted)).toEqual([harness.relistAfter(53 * SECOND)]);
    // a pod of the same name that comes meanwhile is another one
    expect(harness.times(FactKind.containerStarted)).toEqual([3 * SECOND, 57 * SECOND + 500 * MILLISECOND]);
  });

  it("reports Succeeded after a clean exit and Failed after SIGKILL", () => {
    for (const [exitAfter, phase] of [
      [0, "Succeeded"],
      [null, "Failed"],
    ] as const) {
      const harness = new Harness({ script: () => ({ exitAfter }) });
      harness.at(0, () => harness.create(newPod([container()], 10)));
      harness.at(50 * SECOND, () => harness.delete("default/web"));
      harness.run(50 * SECOND + 1);
      const revision = harness.revision()!;
      expect(revision.object.metadata.deletionTimestamp).toBe(50 * SECOND);
      harness.run();
      const fact = harness.factsOf(FactKind.podNotReady)[0]!;
      expect(harness.simulation.facts.objectOf(fact)).toBe(`(phase ${phase})`);
    }
  });

  it("a second, shorter grace period shortens what is left", () => {
    const harness = new Harness({ script: () => ({ exitAfter: null }) });
    harness.at(0, () => harness.create(newPod([container()], 60)));
    harness.at(50 * SECOND, () => harness.delete("default/web"));
    harness.at(55 * SECOND, () => harness.delete("default/web", 10));
    harness.run();
    expect(harness.times(FactKind.sigkillSent)).toEqual([65 * SECOND]);
  });

  it("a pod of the same name starts beside the one that still ends", () => {
    const harness = new Harness({ script: () => ({ exitAfter: null }) });
    harness.at(0, () => harness.create(newPod()));
    harness.at(50 * SECOND, () => harness.delete("default/web", 0));
    harness.at(50 * SECOND + 1, () => harness.create(newPod()));
    harness.run(51 * SECOND);
    expect(harness.running).toBe(2);
    harness.run();
    expect(harness.running).toBe(1);
    expect(harness.pod()!.status).toMatchObject({ phase: "Running", podIP: 0x0af40003, ready: { status: true } });
  });
});

describe("faults", () => {
  it("a crashed node does nothing any more", () => {
    const harness = new Harness({ script: () => ({ exitAfter: 5 * SECOND, readyChanges: [0, 40 * SECOND] }) });
    harness.at(0, () => harness.create(newPod([container({ readinessProbe: PROBE })])));
    harness.at(30 * SECOND, () => harness.node.crash());
    harness.at(35 * SECOND, () => harness.delete("default/web"));
    harness.run();
    expect(harness.times(FactKind.probeFailed)).toEqual([]);
    expect(harness.times(FactKind.terminationStarted)).toEqual([]);
    expect(harness.pod()!.status.ready.status).toBe(true);
  });

  it("says whether there was something to crash or to fail", () => {
    const harness = new Harness();
    harness.at(0, () => harness.create(newPod()));
    harness.run();
    expect(harness.kubelet.crashContainer("default/web", "other")).toBe(false);
    expect(harness.kubelet.failProbe("default/none", "main", true)).toBe(false);
    expect(harness.kubelet.failProbe("default/web", "main", true)).toBe(true);
    expect(harness.kubelet.crashContainer("default/web", "main")).toBe(true);
    expect(harness.kubelet.crashContainer("default/web", "main")).toBe(false);
  });
});

describe("a kubelet that is cut from the API server", () => {
  it("tries again what nobody answered, ten seconds after ten seconds, until it is written", () => {
    const session = new CutSession([{ from: 1, until: 25 * SECOND }]);
    const harness = new Harness({ session });
    harness.at(0, () => harness.create(newPod([container()])));
    harness.run(25 * SECOND);
    expect(harness.pod()!.status).toMatchObject({ phase: "Pending", podIP: null });
    const tried = session.asked.length;
    expect(tried).toBeGreaterThanOrEqual(3);
    harness.run(35 * SECOND);
    expect(harness.pod()!.status).toMatchObject({ phase: "Running", podIP: 0x0af40002 });
    expect(harness.times(FactKind.podReady)[0]).toBeGreaterThanOrEqual(25 * SECOND);
    harness.run();
    // a read and a patch
    expect(session.asked.slice(tried).map(({ verb }) => verb)).toEqual(["get", "patch"]);
    expect(harness.simulation.pendingControl).toBe(0);
  });
});
