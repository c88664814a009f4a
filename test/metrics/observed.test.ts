import { describe, expect, test } from "vitest";
import { endpointRows, type Observation, type ObservedEndpoint, usedIntervals } from "../../src/metrics/observed.js";

function endpoint(pod: string, conditions: Partial<ObservedEndpoint> = {}): ObservedEndpoint {
  return { text: `10.0.0.${pod}:80`, pod, ready: true, serving: true, terminating: false, ...conditions };
}

const LEAVING = { ready: false, terminating: true };

function observation(states: readonly (readonly [number, readonly ObservedEndpoint[]])[]): Observation {
  return {
    observer: "node/a",
    service: "default/web",
    states: states.map(([at, endpoints]) => ({
      at,
      endpoints,
      usable: endpoints.filter(({ ready }) => ready).map(({ pod }) => pod),
    })),
    changes: [],
  };
}

const story = (made: Observation): string[] =>
  endpointRows(made).map(
    ({ t, pod, ready, serving, terminating }) => `${t} ${pod} ${Number(ready)}${Number(serving)}${Number(terminating)}`,
  );

describe("endpoint rows", () => {
  test("are the differences between states; what is gone has no condition", () => {
    const made = observation([
      [10, [endpoint("1"), endpoint("2")]],
      [20, [endpoint("1", LEAVING), endpoint("2")]],
      [30, [endpoint("2"), endpoint("3")]],
      [40, [endpoint("2"), endpoint("3")]],
    ]);
    expect(story(made)).toEqual(["10 1 110", "10 2 110", "20 1 011", "30 1 000", "30 3 110"]);
    expect(endpointRows(made)[0]).toEqual({
      t: 10,
      observer: "node/a",
      service: "default/web",
      endpoint: "10.0.0.1:80",
      pod: "1",
      ready: true,
      serving: true,
      terminating: false,
    });
  });

  test("begin with the state at time zero", () => {
    const made = observation([
      [-50, [endpoint("1")]],
      [-20, [endpoint("2")]],
      [0, [endpoint("3")]],
      [5, []],
    ]);
    expect(story(made)).toEqual(["0 3 110", "5 3 000"]);
    expect(story(observation([[-20, [endpoint("2")]]]))).toEqual(["0 2 110"]);
  });

  test("tell two pods at one address apart", () => {
    const reused = { ...endpoint("2"), text: "10.0.0.1:80" };
    expect(
      story(
        observation([
          [0, [endpoint("1")]],
          [9, [reused]],
        ]),
      ),
    ).toEqual(["0 1 110", "9 1 000", "9 2 110"]);
  });
});

test("an observer uses a pod from the state that makes it usable to the one that does not", () => {
  const made = observation([
    [-5, [endpoint("1")]],
    [10, [endpoint("1"), endpoint("2")]],
    [20, [endpoint("1", LEAVING), endpoint("2")]],
    [30, [endpoint("1"), endpoint("2")]],
  ]);
  expect(usedIntervals(made).map(({ pod, from, until }) => `${pod} ${from}–${until}`)).toEqual([
    "1 -5–20",
    "2 10–Infinity",
    "1 30–Infinity",
  ]);
});
