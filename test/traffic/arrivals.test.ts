import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { Random } from "../../src/engine/random.js";
import { nextArrival, toClock } from "../../src/traffic/arrivals.js";
import { TrafficHarness } from "./harness.js";

const KEY = new Random("42").key("traffic/web", "arrival");
const COUNT = 200_000;

function arrivals(arrival: "poisson" | "uniform", rate: number, count = COUNT): number[] {
  const times: number[] = [];
  for (let index = 0; index < count; index++) times.push(nextArrival(arrival, rate, times.at(-1) ?? 0, KEY, index));
  return times;
}

describe("poisson arrivals", () => {
  const times = arrivals("poisson", 250);
  const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));

  test("have gaps with the mean and the standard deviation of an exponential", () => {
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / COUNT;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) * (gap - mean), 0) / COUNT;
    expect(mean / 4000).toBeCloseTo(1, 2);
    expect(variance / 16_000_000).toBeCloseTo(1, 1);
    expect(Math.abs(variance / 16_000_000 - 1)).toBeLessThan(0.02);
  });

  test("number as many a second as their rate, with a variance of the same size", () => {
    const seconds = Math.floor((times.at(-1) ?? 0) / SECOND);
    const counts = new Array<number>(seconds).fill(0);
    for (const time of times) {
      const second = Math.floor(time / SECOND);
      if (second < seconds) counts[second] = (counts[second] ?? 0) + 1;
    }
    const mean = counts.reduce((sum, count) => sum + count, 0) / seconds;
    const variance = counts.reduce((sum, count) => sum + (count - mean) * (count - mean), 0) / seconds;
    expect(Math.abs(mean - 250)).toBeLessThan(3);
    // 800 seconds: the standard error of the ratio is 5 %
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.15);
  });

  test("have independent gaps", () => {
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / COUNT;
    let product = 0;
    for (let index = 1; index < COUNT; index++) {
      product += ((gaps[index] ?? 0) - mean) * ((gaps[index - 1] ?? 0) - mean);
    }
    expect(Math.abs(product / COUNT / (mean * mean))).toBeLessThan(0.01);
  });
});

test("uniform arrivals are evenly spaced, the first after half a gap", () => {
  expect(arrivals("uniform", 100, 3)).toEqual([5_000, 15_000, 25_000]);
  const times = arrivals("uniform", 3, 3_000_000 / 1_000);
  expect(toClock(times.at(-1) ?? 0)).toBe(Math.ceil((2_999.5 * SECOND) / 3));
});

test("the clock's grid is never before the exact time", () => {
  expect([toClock(5), toClock(5.000_1)]).toEqual([5, 6]);
});

describe("a driver", () => {
  test("sends nothing without a client and goes on when there is one", () => {
    const harness = new TrafficHarness();
    harness.server("web", "10.244.1.5");
    const driver = harness.driver({ rate: 10 });
    driver.start();
    harness.at(SECOND, () => driver.clientStarted(harness.client()));
    harness.run(2 * SECOND);
    expect(harness.arrivals).toHaveLength(10);
    expect(harness.arrivals[0]).toBe(1.05 * SECOND);
  });

  test("shares its rate among its clients", () => {
    const harness = new TrafficHarness();
    harness.server("web", "10.244.1.5");
    const [first, second] = [harness.client("b"), harness.client("a")];
    const driver = harness.send({ rate: 100 }, first);
    driver.clientStarted(second);
    expect(driver.clients.map(({ pod }) => pod)).toEqual(["default/a", "default/b"]);
    const seen = new Map<string, number>();
    for (let second = 0; second < 1000; second++) {
      harness.run(second * 10_000 + 9_000);
      for (const { client } of driver.inFlight) seen.set(client?.pod ?? "", (seen.get(client?.pod ?? "") ?? 0) + 1);
    }
    const counts = [...seen.values()];
    expect(counts).toHaveLength(2);
    for (const count of counts) expect(count).toBeGreaterThan(0.4 * counts.reduce((sum, each) => sum + each, 0));
  });

  test("stops its arrivals at once, and tells when the last request has ended", () => {
    const harness = new TrafficHarness();
    harness.server("web", "10.244.1.5");
    const idle: number[] = [];
    const driver = harness.send({ rate: 1000, whenIdle: () => idle.push(harness.simulation.now) });
    harness.at(100_000, () => driver.stop());
    harness.run(SECOND);
    expect(harness.arrivals).toHaveLength(100);
    expect(harness.ended).toHaveLength(100);
    expect(idle).toEqual([99_500 + 10_200]);
  });

  test("ends the requests of a client that is gone", () => {
    const harness = new TrafficHarness();
    harness.server("web", "10.244.1.5");
    const client = harness.client();
    const driver = harness.send({}, client);
    harness.at(SECOND / 2 + 1000, () => {
      driver.clientStopped(client);
      driver.clientGone(client, 7);
    });
    harness.run(3 * SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "reset", cause: "client-crashed", causeFact: 7, latency: 1000 }]);
    expect(client.outgoing).toBe(0);
  });
});
