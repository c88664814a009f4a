import { describe, expect, test } from "vitest";
import { endpointRows, usedIntervals } from "../../src/metrics/observed.js";
import { parseAddress } from "../../src/model/address.js";
import type { Endpoint } from "../../src/model/objects.js";
import type { Observation } from "../../src/model/observation.js";
import { SliceHistory } from "../../src/model/slice-history.js";
import { buildEndpoint, buildSlice } from "../support/objects.js";
import { observer } from "../support/observers.js";

function endpoint(pod: string, conditions: Partial<Endpoint> = {}): Endpoint {
  return buildEndpoint({ address: parseAddress(`10.0.0.${pod}`) ?? 0, pod, ...conditions });
}

const LEAVING = { ready: false, terminating: true };
const PORTS = [{ name: "", port: 80, protocol: "TCP" }] as const;

/** Of an observer that came to know of these endpoints at these times. */
function observation(states: readonly (readonly [number, readonly Endpoint[]])[]): Observation {
  const history = new SliceHistory();
  for (const [at, endpoints] of states) {
    const object = buildSlice("web", "web-1", endpoints, { ports: PORTS });
    history.add({ time: at, key: "default/web-1", object, deleted: false, fact: 0 }, at);
  }
  return history.observation(observer("node/a"), "default/web");
}

const story = (made: Observation): string[] =>
  endpointRows(made).map(
    ({ t, pod, ready, serving, terminating }) =>
      `${t} ${pod.slice("default/".length)} ${Number(ready)}${Number(serving)}${Number(terminating)}`,
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
      observer: observer("node/a"),
      service: "default/web",
      endpoint: "10.0.0.1:80",
      pod: "default/1",
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
    const reused = { ...endpoint("1"), pod: "2" };
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
  expect(usedIntervals(made).map(({ pod, from, until }) => `${pod.slice("default/".length)} ${from}–${until}`)).toEqual(
    ["1 -5–20", "2 10–Infinity", "1 30–Infinity"],
  );
});
