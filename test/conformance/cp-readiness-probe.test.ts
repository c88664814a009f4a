import { describe, expect, it } from "vitest";
import { HOUR, MILLISECOND, type Micros, SECOND } from "../../src/engine/duration.js";
import type { Probe } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { container, Harness, type HarnessOptions, newPod, PROBE } from "../node/harness.js";

/** From the end of a sync that started something to the next one, from 1.36 on. */
const ON_DEMAND = 5 * MILLISECOND;

/** A pod whose container starts at `start`. */
function probed(start: Micros, probe: Partial<Probe>, options: HarnessOptions = {}): Harness {
  const harness = new Harness(options);
  harness.at(start, () => harness.create(newPod([container({ readinessProbe: { ...PROBE, ...probe } })])));
  return harness;
}

describe("readiness probe", () => {
  it("CP-1 a probe that fails from t publishes NotReady within (t + (F−1)P, t + F·P]", () => {
    for (let offset = 0; offset < 10; offset++) {
      const t = 100 * SECOND + offset * 987 * MILLISECOND;
      const harness = probed(0, { periodSeconds: 10, failureThreshold: 3 });
      harness.at(t, () => harness.kubelet.failProbe("default/web", "main", true));
      harness.run();
      const [published] = harness.times(FactKind.podNotReady);
      expect(published).toBeGreaterThan(t + 20 * SECOND);
      expect(published).toBeLessThanOrEqual(t + 30 * SECOND);
      // ticks every period after the manual probe that found it ready
      const [ready] = harness.times(FactKind.probeSucceeded);
      expect((published! - ready!) % (10 * SECOND)).toBe(0);
    }
  });

  it("CP-2 with F = 1 the detection delay is in (0, P], with mean P / 2 over the phase", () => {
    let sum = 0;
    const runs = 40;
    for (let run = 0; run < runs; run++) {
      const t = 100 * SECOND + (run * 10 * SECOND) / runs;
      const harness = probed(0, { failureThreshold: 1 });
      harness.at(t, () => harness.kubelet.failProbe("default/web", "main", true));
      harness.run();
      const delay = harness.times(FactKind.probeFailed)[0]! - t;
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThanOrEqual(10 * SECOND);
      sum += delay;
    }
    expect(sum / runs / SECOND).toBeGreaterThan(4.8);
    expect(sum / runs / SECOND).toBeLessThan(5.2);
  });

  it("CP-3 a probe counts by what the program answers at that instant", () => {
    const harness = probed(0, { failureThreshold: 1 });
    harness.run(SECOND * 2);
    const ready = harness.times(FactKind.probeSucceeded)[0]!;
    harness.at(ready + 10 * SECOND - 1, () => harness.kubelet.failProbe("default/web", "main", true));
    harness.at(ready + 10 * SECOND + 1, () => harness.kubelet.failProbe("default/web", "main", false));
    harness.run();
    expect(harness.times(FactKind.probeFailed)).toEqual([ready + 10 * SECOND]);
  });

  it("CP-4 up to 1.31 the ticks keep the phase of the first sync, over restarts; from 1.32 a manual probe restarts it", () => {
    for (const [minor, fixed] of [
      [31, true],
      [32, false],
    ] as const) {
      const start = 3 * SECOND;
      const harness = probed(start, { failureThreshold: 1 }, { minor });
      harness.at(42 * SECOND, () => harness.kubelet.crashContainer("default/web", "main"));
      harness.at(95 * SECOND, () => harness.kubelet.failProbe("default/web", "main", true));
      harness.run();
      const successes = harness.times(FactKind.probeSucceeded);
      const failure = harness.times(FactKind.probeFailed).at(-1)!;
      const anchor = fixed ? start : successes.at(-1)!;
      expect(failure).toBe(anchor + Math.ceil((95 * SECOND - anchor) / (10 * SECOND)) * 10 * SECOND);
    }
  });

  it("TRAP-k a manual probe that comes before the initial delay restarts the period too, from 1.32 on", () => {
    for (const minor of [31, 32]) {
      const harness = probed(0, { initialDelaySeconds: 15 }, { minor });
      harness.run();
      // the sync that sees the container, and the one because it was new to the prober
      const poke = harness.relistAfter(harness.relistAfter(0));
      expect(harness.times(FactKind.probeSucceeded)).toEqual([minor === 31 ? 20 * SECOND : poke + 20 * SECOND]);
    }
  });

  it("TRAP-b a pod on a long-running kubelet has no random initial delay", () => {
    const harness = probed(
      5 * SECOND,
      { periodSeconds: 30 },
      { minor: 31, script: () => ({ readyChanges: [2 * SECOND] }) },
    );
    harness.run();
    expect(harness.times(FactKind.probeSucceeded)).toEqual([35 * SECOND]);
  });

  it("CP-4 pods that exist at time zero have ticks anywhere in the period", () => {
    const phases = new Set<number>();
    for (const seed of ["1", "2", "3", "4"]) {
      const harness = probed(-HOUR, { failureThreshold: 1 }, { startAt: -2 * HOUR, seed });
      harness.at(50 * SECOND, () => harness.kubelet.failProbe("default/web", "main", true));
      harness.run();
      const [failed] = harness.times(FactKind.probeFailed);
      phases.add(failed! % (10 * SECOND));
      // not at the phase of the manual probe that a relist led to while the cluster converged
      expect((failed! - harness.relistPhase) % SECOND).not.toBe(0);
    }
    expect(phases.size).toBe(4);
  });

  it.each([35, 36, 37])(
    "CP-5 an app that is healthy at once is found ready by the first sync after its start (1.%i)",
    (minor) => {
      const harness = probed(5 * SECOND, { periodSeconds: 60 }, { minor });
      harness.run();
      const sync = minor < 36 ? harness.relistAfter(5 * SECOND) : 5 * SECOND + ON_DEMAND;
      expect(harness.times(FactKind.probeSucceeded)).toEqual([sync]);
      expect(harness.times(FactKind.podReady)).toEqual([sync]);
    },
  );

  it.each([35, 36, 37])(
    "CP-5 the news of a new container leads to one more sync at the next relist (1.%i)",
    (minor) => {
      for (const seed of ["1", "2", "3", "4", "5"]) {
        const readyAfter = (time: Micros) =>
          probed(5 * SECOND, {}, { minor, seed, script: () => ({ readyChanges: [time] }) });
        const soon = readyAfter(20 * MILLISECOND);
        soon.run();
        const relist = soon.relistAfter(5 * SECOND);
        const second = minor < 36 ? relist + SECOND : relist;
        // an app that listens a little later than the first sync looks is found there
        expect(soon.times(FactKind.podReady)).toEqual([minor < 36 ? relist : second]);
        // one that does not is found a period after it: recorded on 1.37, program ready after 2 s, period 10 s
        const late = readyAfter(2_500 * MILLISECOND);
        late.run();
        expect(late.times(FactKind.podReady)).toEqual([second + 10 * SECOND]);
      }
    },
  );

  it.each([29, 37])(
    "CP-5 RT-14 in 5 of 136 starts the trigger comes too early: ready a period later (1.%i)",
    (minor) => {
      let late = 0;
      for (let seed = 0; seed < 200; seed++) {
        const harness = probed(5 * SECOND, { periodSeconds: 7 }, { minor, seed: `trigger ${seed}` });
        harness.run();
        const sync = minor < 36 ? harness.relistAfter(5 * SECOND) : 5 * SECOND + ON_DEMAND;
        const [ready] = harness.times(FactKind.podReady);
        if (ready === sync) continue;
        late++;
        // up to 1.31 the ticks are those of the worker, which began with the first sync
        expect(ready).toBe((minor < 32 ? 5 * SECOND : sync) + 7 * SECOND);
      }
      expect(late).toBeGreaterThanOrEqual(3);
      expect(late).toBeLessThanOrEqual(13);
    },
  );

  it("CP-6 with D > 0 there is no result before D − 1 s (whole seconds), and one before D + P", () => {
    const start = 5_900 * MILLISECOND;
    const harness = probed(start, { initialDelaySeconds: 7, periodSeconds: 1 }, { minor: 31 });
    harness.run();
    // 5.9 s counts as 5 s: the delay ends at 12 s, a second early, and the next tick is that at 12.9 s
    expect(harness.times(FactKind.probeSucceeded)).toEqual([12_900 * MILLISECOND]);
    const early = probed(5_100 * MILLISECOND, { initialDelaySeconds: 7, periodSeconds: 1 }, { minor: 31 });
    early.run();
    // 5.1 s counts as 5 s too: the tick at 12.1 s is the first one behind 12 s
    expect(early.times(FactKind.probeSucceeded)).toEqual([12_100 * MILLISECOND]);
    const beforeNominal = probed(5_900 * MILLISECOND, { initialDelaySeconds: 7, periodSeconds: 4 }, { minor: 31 });
    beforeNominal.run();
    expect(beforeNominal.times(FactKind.probeSucceeded)).toEqual([13_900 * MILLISECOND]);
  });

  it.each([35, 36, 37])(
    "CP-7 never ready before the first success; without a probe ready once a sync has seen it (1.%i)",
    (minor) => {
      const harness = probed(0, { periodSeconds: 3600 }, { minor, script: () => ({ readyChanges: [] }) });
      harness.run(HOUR);
      expect(harness.times(FactKind.podReady)).toEqual([]);
      const without = new Harness({ minor });
      without.at(0, () => without.create(newPod()));
      without.run();
      expect(without.times(FactKind.podReady)).toEqual([minor < 36 ? without.relistAfter(0) : ON_DEMAND]);
    },
  );

  it("CP-7 UP-7 a pod that is not ready is synced, and so probed, 60 to 90 s after its last sync", () => {
    const waits = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      const options = { seed: `${seed}`, script: () => ({ readyChanges: [1500 * MILLISECOND] }) };
      const harness = probed(0, { periodSeconds: 300 }, options);
      harness.run();
      const wait = harness.times(FactKind.podReady)[0]! - harness.relistAfter(0);
      expect(wait).toBeGreaterThanOrEqual(60 * SECOND);
      expect(wait).toBeLessThanOrEqual(91 * SECOND);
      waits.add(wait);
    }
    expect(Math.min(...waits)).toBeLessThan(66 * SECOND);
    expect(Math.max(...waits)).toBeGreaterThan(84 * SECOND);
  });

  it.each([31, 32])(
    "CP-4 UP-7 a sync that finds nothing ready restarts the period as well, from 1.32 on (1.%i)",
    (minor) => {
      const readyAt = (time: Micros, periodSeconds: number, successThreshold = 1): Micros => {
        const script = () => ({ readyChanges: [time] });
        const harness = probed(0, { periodSeconds, successThreshold }, { minor, script });
        harness.run();
        return harness.times(FactKind.podReady)[0]!;
      };
      const resync = readyAt(59 * SECOND, 3600);
      expect(resync).toBeLessThanOrEqual(92 * SECOND);
      const next = readyAt(resync + SECOND, 3600);
      expect(next - resync).toBeGreaterThanOrEqual(60 * SECOND);
      const grid = minor === 31 ? 0 : resync;
      const tick = grid + Math.ceil((resync + SECOND - grid) / (7 * SECOND)) * 7 * SECOND;
      expect(readyAt(resync + SECOND, 7)).toBe(tick);
      expect(readyAt(resync + SECOND, 7, 2)).toBe(tick + 7 * SECOND);
    },
  );

  it.each([35, 36])("CP-10 S successes in a row are needed, and probes by hand count (1.%i)", (minor) => {
    const harness = probed(0, { successThreshold: 3, periodSeconds: 5 }, { minor });
    harness.run();
    // by the sync that sees the container, by the one that follows, and a period later
    const second = minor < 36 ? harness.relistAfter(0) + SECOND : harness.relistAfter(0);
    expect(harness.times(FactKind.podReady)).toEqual([second + 5 * SECOND]);
  });

  it("CP-11 after NotReady one extra probe runs at once; if it succeeds the pod is Ready again", () => {
    const harness = probed(0, { failureThreshold: 1 });
    harness.at(25 * SECOND, () => harness.kubelet.failProbe("default/web", "main", true));
    harness.run(25 * SECOND + 1);
    const process = harness.processes[0]!;
    harness.at(25 * SECOND + 2, () => {
      process.failing = false;
      process.failOnce = false;
    });
    const tick = harness.times(FactKind.probeSucceeded)[0]! + 30 * SECOND;
    // the answer is bad for the tick itself and good again for the extra probe of the same instant
    harness.at(tick - 1, () => {
      process.failing = false;
      process.failOnce = true;
    });
    harness.run();
    expect(harness.times(FactKind.probeFailed)).toEqual([tick]);
    expect(harness.times(FactKind.probeSucceeded).slice(1)).toEqual([tick]);
    expect(harness.times(FactKind.podReady).slice(1)).toEqual([tick]);
  });

  it("CP-11 exactly one extra probe: with S = 2 the second success comes at the next tick, P later from 1.32", () => {
    for (const minor of [31, 32]) {
      const harness = probed(0, { failureThreshold: 1, successThreshold: 2 }, { minor });
      harness.at(25 * SECOND, () => harness.kubelet.failProbe("default/web", "main", true));
      harness.run(25 * SECOND + 1);
      const process = harness.processes[0]!;
      const grid = minor === 31 ? 0 : harness.times(FactKind.probeSucceeded)[0]!;
      const tick = grid + Math.ceil((25 * SECOND - grid) / (10 * SECOND)) * 10 * SECOND;
      harness.at(tick - 1, () => {
        process.failing = false;
        process.failOnce = true;
      });
      harness.run();
      expect(harness.times(FactKind.probeFailed)).toEqual([tick]);
      expect(harness.times(FactKind.podReady).at(-1)).toBe(tick + 10 * SECOND);
    }
  });

  it("CP-14 connection refused counts: a process that is gone fails its probe before a relist notices", () => {
    const phase = new Harness({ minor: 31 }).relistPhase;
    const start = phase + SECOND + 500 * MILLISECOND;
    const harness = probed(start, { failureThreshold: 1, periodSeconds: 1 }, { minor: 31 });
    harness.at(phase + 50_200 * MILLISECOND, () => harness.kubelet.crashContainer("default/web", "main"));
    harness.run();
    expect(harness.times(FactKind.probeFailed)).toEqual([phase + 50_500 * MILLISECOND]);
    expect(harness.times(FactKind.podNotReady)).toEqual([phase + 50_500 * MILLISECOND]);
    expect(harness.chain(harness.factsOf(FactKind.podNotReady)[0]!)).toEqual([
      "pod-not-ready",
      "probe-failed",
      "container-crashed",
    ]);
  });

  it("CP-14 connection refused counts for a container that has ended while others of its pod still terminate", () => {
    const probe = { ...PROBE, failureThreshold: 2, periodSeconds: 1 };
    const harness = new Harness({ script: ({ name }) => ({ exitAfter: name === "a" ? 0 : 20 * SECOND }) });
    harness.at(0, () =>
      harness.create(newPod([container({ name: "a", readinessProbe: probe }), container({ name: "b" })])),
    );
    harness.at(100 * SECOND, () => harness.delete("default/web"));
    harness.run(110 * SECOND);
    const ready = harness.times(FactKind.probeSucceeded)[0]!;
    expect(harness.times(FactKind.probeFailed)).toEqual([ready + (101 - Math.floor(ready / SECOND)) * SECOND]);
  });
});
