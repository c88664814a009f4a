import { expect, test } from "vitest";
import { ALWAYS_UP } from "../../src/apiserver/session.js";
import { SECOND } from "../../src/engine/duration.js";
import { Random } from "../../src/engine/random.js";
import { LeaseClock, leaseGap, leasePhase } from "../../src/node/lease.js";
import { CutSession } from "../support/cut-session.js";

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
  const clock = new LeaseClock(key, ALWAYS_UP, 0);
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

test("a renewal that meets a cut is lost, and the next one comes when it is due anyway", () => {
  const whole = new LeaseClock(key, ALWAYS_UP, 0);
  const renewals = [leasePhase(key)];
  for (let index = 0; index < 20; index++) renewals.push(renewals[index]! + leaseGap(key, index));
  const [before, lost, after] = renewals.slice(4) as [number, number, number];
  const session = new CutSession();
  const clock = new LeaseClock(key, session, 0);
  expect(clock.renewedAfter(before)).toBe(lost);
  session.cut({ from: before + 1, until: lost + 1 });
  expect([before, lost, after - 1, after].map((time) => clock.renewedBefore(time))).toEqual([
    before,
    before,
    before,
    after,
  ]);
  expect([0, before - 1, before, lost].map((time) => clock.renewedAfter(time))).toEqual([
    renewals[0],
    before,
    after,
    after,
  ]);
  expect(whole.renewedBefore(lost)).toBe(lost);
  // one that never ends
  session.cut({ from: after + 1, until: Number.POSITIVE_INFINITY });
  expect([clock.renewedAfter(after), clock.renewedBefore(1e12)]).toEqual([Number.POSITIVE_INFINITY, after]);
});

test("a kubelet that has ended renews no more; a renewal at its very end counts", () => {
  const clock = new LeaseClock(key, ALWAYS_UP, 0);
  const first = leasePhase(key);
  const second = first + leaseGap(key, 0);
  expect([clock.renewedAfter(-1), clock.renewedAfter(first)]).toEqual([first, second]);
  clock.stop(second);
  expect([clock.renewedBefore(1e12), clock.renewedAfter(first), clock.renewedAfter(second)]).toEqual([
    second,
    second,
    Number.POSITIVE_INFINITY,
  ]);
});
