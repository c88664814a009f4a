import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WorkQueue } from "../../src/control-plane/work-queue.js";
import { Context } from "../../src/engine/context.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { Simulation } from "../../src/engine/simulation.js";

/** A queue whose work on a key lasts `duration`; notes when work on what begins. */
function queueWith(workers: number, duration: number) {
  const simulation = new Simulation({ seed: "1" });
  const context = new Context(simulation, "controller");
  const started: [number, string][] = [];
  const working = new Set<string>();
  let most = 0;
  const queue: WorkQueue = new WorkQueue(context, { workers, firstRetry: SECOND }, (key) => {
    expect(working.has(key)).toBe(false);
    working.add(key);
    most = Math.max(most, working.size);
    started.push([simulation.now, key]);
    context.after(
      duration,
      3,
      (done: string) => {
        working.delete(done);
        queue.done(done);
      },
      key,
    );
  });
  const at = (time: number, act: () => void): number => context.at(time, 0, (run: () => void) => run(), act);
  return { simulation, queue, started, at, most: () => most };
}

describe("a work queue", () => {
  test("takes a key once, however often it is added before the work begins", () => {
    const { simulation, queue, started } = queueWith(1, 10);
    queue.add("a");
    queue.add("a");
    queue.add("b");
    queue.add("b");
    simulation.advance(100);
    expect(started).toEqual([
      [0, "a"],
      [10, "b"],
    ]);
  });

  test("takes a key again after the work when it was added during the work", () => {
    const { simulation, queue, started, at } = queueWith(3, 10);
    queue.add("a");
    at(4, () => queue.add("a"));
    at(5, () => queue.add("a"));
    simulation.advance(100);
    expect(started).toEqual([
      [0, "a"],
      [10, "a"],
    ]);
  });

  test("keeps the earlier of two delays, and takes 0 as now", () => {
    const { simulation, queue, started, at } = queueWith(1, 1);
    queue.addAfter("a", 100);
    at(10, () => queue.addAfter("a", 200));
    at(20, () => queue.addAfter("b", 500));
    at(30, () => queue.addAfter("b", 50));
    at(40, () => queue.addAfter("c", 0));
    simulation.advance(100);
    expect(started).toEqual([
      [40, "c"],
      [80, "b"],
      [100, "a"],
    ]);
    expect(simulation.pendingControl).toBe(0);
  });

  test("doubles the delay of retries up to the longest, and begins anew once forgotten", () => {
    const { simulation, queue, started } = queueWith(1, 0);
    const retryAt = (): number => {
      queue.addRateLimited("a");
      simulation.advance(10);
      return started[started.length - 1]?.[0] ?? -1;
    };
    expect([retryAt(), retryAt(), retryAt()]).toEqual([SECOND, 3 * SECOND, 7 * SECOND]);
    for (let i = 0; i < 8; i++) retryAt();
    expect(queue.failuresOf("a")).toBe(11);
    const before = retryAt();
    expect(retryAt() - before).toBe(1000 * SECOND);
    queue.forget("a");
    const last = simulation.now;
    expect(retryAt() - last).toBe(SECOND);
  });

  test("shares a bucket of 100 retries and 10 a second among its keys", () => {
    const { simulation, queue, started } = queueWith(1000, 0);
    for (let i = 0; i < 130; i++) queue.addRateLimited(`key-${i}`);
    simulation.advance(1000);
    expect(started.filter(([time]) => time === SECOND)).toHaveLength(110);
    expect(started[129]?.[0]).toBe(3 * SECOND);
    expect(started.some(([time]) => time === SECOND + 100 * MILLISECOND)).toBe(true);
  });

  test("never works on one key twice at a time, nor on more keys than it has workers, and loses none", () => {
    const additions = fc.array(fc.record({ at: fc.nat(200), key: fc.nat(6), delay: fc.nat(30) }), { maxLength: 60 });
    fc.assert(
      fc.property(additions, fc.integer({ min: 1, max: 4 }), (list, workers) => {
        const { simulation, queue, started, at, most } = queueWith(workers, 7);
        for (const { at: time, key, delay } of list) at(time, () => queue.addAfter(`${key}`, delay));
        simulation.advance(10_000);
        expect(most()).toBeLessThanOrEqual(workers);
        for (const { at: time, key } of list) {
          expect(started.some(([start, name]) => name === `${key}` && start >= time)).toBe(true);
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
