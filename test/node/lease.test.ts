import { expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { Random } from "../../src/engine/random.js";
import { LeaseClock, leaseGap, leasePhase } from "../../src/node/lease.js";

const key = new Random("1").key("Node/node-1", "lease");

test("gaps are 10.0 to 10.4 s and differ", () => {
  const gaps = Array.from({ length: 1000 }, (_, index) => leaseGap(key, index));
  for (const gap of gaps) {
    expect(gap).toBeGreaterThanOrEqual(10 * SECOND);
    expect(gap).toBeLessThanOrEqual(10.4 * SECOND);
  }
  expect(Math.min(...gaps)).toBeLessThan(10.01 * SECOND);
  expect(Math.max(...gaps)).toBeGreaterThan(10.39 * SECOND);
});

test("the newest renewal is at or before the time asked for, and the next one after it", () => {
  const clock = new LeaseClock(key, 0);
  let renewal = leasePhase(key);
  expect(clock.renewedBefore(renewal - 1)).toBe(Number.NEGATIVE_INFINITY);
  for (let index = 0; index < 50; index++) {
    expect(clock.renewedBefore(renewal)).toBe(renewal);
    const next = renewal + leaseGap(key, index);
    expect(clock.renewedBefore(next - 1)).toBe(renewal);
    renewal = next;
  }
});

test("answers do not depend on the order of questions", () => {
  const times = Array.from({ length: 200 }, (_, i) => ((i * 7919) % 200) * 5 * SECOND);
  const jumping = new LeaseClock(key);
  for (const time of times) expect(jumping.renewedBefore(time)).toBe(new LeaseClock(key).renewedBefore(time));
});

test("at time zero every node has renewed within the last 10.4 s", () => {
  for (let node = 0; node < 200; node++) {
    const renewal = new LeaseClock(new Random("1").key(`Node/node-${node}`, "lease")).renewedBefore(0);
    expect(renewal).toBeGreaterThanOrEqual(-10.4 * SECOND);
    expect(renewal).toBeLessThanOrEqual(0);
  }
});
