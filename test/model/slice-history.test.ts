import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Endpoint, EndpointSlice } from "../../src/model/objects.js";
import { API_OBSERVER, type BeliefDifference, type ObservedEndpoint } from "../../src/model/observation.js";
import { SliceHistory } from "../../src/model/slice-history.js";
import { sumOfDifferences } from "../../src/model/sum-of-differences.js";
import { buildEndpoint, buildSlice } from "../support/objects.js";

const endpoints = fc.uniqueArray(
  fc.record({
    address: fc.integer({ min: 1, max: 6 }),
    pod: fc.constantFrom("a", "b"),
    conditions: fc.constantFrom(
      { ready: true, serving: true, terminating: false },
      { ready: false, serving: true, terminating: true },
      { ready: false, serving: false, terminating: false },
    ),
  }),
  { selector: ({ address }) => address, maxLength: 4 },
);
/** Slices 0 and 1 never name the same address: 2 × address + slice. */
const writes = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 3 }),
    slice: fc.integer({ min: 0, max: 1 }),
    endpoints,
    deleted: fc.boolean(),
  }),
  { maxLength: 12 },
);

interface Write {
  readonly at: number;
  readonly key: string;
  readonly object: EndpointSlice;
  readonly deleted: boolean;
}

/** Everything that is believed after the writes: the naive way. */
function believedAfter(made: readonly Write[]): Map<string, Endpoint> {
  const slices = new Map<string, EndpointSlice>();
  for (const { key, object, deleted } of made) {
    if (deleted) slices.delete(key);
    else slices.set(key, object);
  }
  return new Map(
    [...slices.values()].flatMap((slice) => slice.endpoints.map((each) => [`${each.address} ${each.pod}`, each])),
  );
}

const conditions = (each: Pick<Endpoint, "ready" | "serving" | "terminating"> | null | undefined): string =>
  each === null || each === undefined ? "gone" : `${each.ready} ${each.serving} ${each.terminating}`;

const nameOf = (each: ObservedEndpoint | null): string => {
  const [address, port] = (each?.text ?? "").split(":");
  return `${Number(address?.split(".").at(-1))}${port === undefined ? "" : `:${port}`} ${each?.pod.split("/")[1]}`;
};

describe("a history of slices", () => {
  test("adds up, difference by difference, to what the slices say; and uses the ready pods", () => {
    fc.assert(
      fc.property(writes, fc.integer({ min: -6, max: 0 }), (given, start) => {
        const history = new SliceHistory();
        const made: Write[] = [];
        let at = start;
        for (const { after, slice, endpoints: named, deleted } of given) {
          at += after;
          const key = `default/web-${slice}`;
          const built = named.map((each) =>
            buildEndpoint({ address: 2 * each.address + slice, pod: each.pod, ...each.conditions }),
          );
          const object = buildSlice("web", `web-${slice}`, built, { ports: [] });
          made.push({ at, key, object, deleted });
          history.add({ time: at, key, object, deleted, fact: 7 }, at);
        }
        const { beliefs, changes } = history.observation(API_OBSERVER, "default/web");
        expect(changes).toEqual(made.map((write) => ({ committedAt: write.at, appliedAt: write.at, fact: 7 })));
        const early = made.filter((write) => write.at <= 0).length;
        expect(beliefs.map((belief) => belief.at)).toEqual(made.slice(Math.max(0, early - 1)).map((write) => write.at));
        const believed = new Map<string, string>();
        const used = new Set<string>();
        beliefs.forEach((belief, index) => {
          for (const { before, after } of belief.endpoints) {
            const name = nameOf(after ?? before);
            expect(conditions(before)).toBe(believed.get(name) ?? "gone");
            expect(conditions(before)).not.toBe(conditions(after));
            if (after === null) believed.delete(name);
            else believed.set(name, conditions(after));
          }
          for (const pod of belief.used) expect(used.has(pod)).toBe(false);
          for (const pod of belief.unused) expect(used.has(pod)).toBe(true);
          for (const pod of belief.used) used.add(pod);
          for (const pod of belief.unused) used.delete(pod);
          const truth = believedAfter(made.slice(0, Math.max(0, early - 1) + index + 1));
          expect(believed).toEqual(new Map([...truth].map(([name, each]) => [name, conditions(each)])));
          const ready = [...truth.values()].filter((each) => each.ready).map((each) => `default/${each.pod}`);
          expect(used).toEqual(new Set(ready));
        });
      }),
      { seed: 11 },
    );
  });
});

describe("the sum of differences", () => {
  const endpoint = (text: string, ready: boolean): ObservedEndpoint => ({
    text,
    pod: `default/${text}`,
    nodeName: "",
    ready,
    serving: true,
    terminating: !ready,
  });
  const difference = (change: Partial<BeliefDifference>): BeliefDifference => ({
    endpoints: [],
    used: [],
    unused: [],
    ...change,
  });

  test("leaves out what came and went, and puts what is gone first", () => {
    const [a, b, c] = ["a", "b", "c"].map((text) => endpoint(text, true)) as [
      ObservedEndpoint,
      ObservedEndpoint,
      ObservedEndpoint,
    ];
    const leaving = endpoint("c", false);
    const sum = sumOfDifferences([
      difference({
        endpoints: [
          { before: null, after: a },
          { before: c, after: leaving },
        ],
        used: ["a"],
        unused: ["c"],
      }),
      difference({
        endpoints: [
          { before: a, after: null },
          { before: b, after: null },
        ],
        used: [],
        unused: ["a", "b"],
      }),
      difference({
        endpoints: [
          { before: leaving, after: c },
          { before: null, after: a },
        ],
        used: ["c", "a"],
      }),
    ]);
    expect(sum.endpoints).toEqual([
      { before: b, after: null },
      { before: null, after: a },
    ]);
    expect([sum.used, sum.unused]).toEqual([["a"], ["b"]]);
  });

  test("of nothing is nothing", () => {
    expect(sumOfDifferences([])).toEqual(difference({}));
  });
});
