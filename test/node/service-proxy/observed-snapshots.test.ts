import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RevisionOf } from "../../../src/apiserver/log.js";
import type { EndpointPort } from "../../../src/model/objects.js";
import type { AppliedSnapshot } from "../../../src/node/service-proxy/observed-snapshots.js";
import { ProxiedService } from "../../../src/node/service-proxy/proxied-service.js";
import { CLUSTER_POLICY } from "../../../src/node/service-proxy/traffic-policy.js";
import { buildEndpoint, buildSlice } from "../../support/objects.js";
import { LocalPolicy } from "./local-policy.js";

const HTTP: EndpointPort = { name: "http", port: 8080, protocol: "TCP" };
const METRICS: EndpointPort = { name: "metrics", port: 9090, protocol: "TCP" };
/** Another name for the number of http, as two ports of a Service may have one target. */
const ADMIN: EndpointPort = { name: "admin", port: 8080, protocol: "TCP" };

const endpoints = fc.uniqueArray(
  fc.record({
    address: fc.integer({ min: 1, max: 5 }),
    pod: fc.constantFrom("a", "b", "c"),
    conditions: fc.constantFrom(
      { ready: true, serving: true, terminating: false },
      { ready: false, serving: true, terminating: true },
      { ready: false, serving: false, terminating: true },
      { ready: false, serving: false, terminating: false },
    ),
  }),
  { selector: ({ address }) => address, maxLength: 4 },
);
/** Slices may name the same address: kube-proxy believes the ready one. */
const writes = fc.array(
  fc.record({
    slice: fc.integer({ min: 0, max: 2 }),
    ports: fc.constantFrom<readonly EndpointPort[]>([HTTP], [HTTP, METRICS], [HTTP, ADMIN]),
    endpoints,
    deleted: fc.boolean(),
    applied: fc.boolean(),
  }),
  { maxLength: 12 },
);

const NODE = { name: "node-1", zone: null };

function serviceWith(given: readonly (typeof writes extends fc.Arbitrary<readonly (infer W)[]> ? W : never)[]) {
  const service = new ProxiedService("default/web");
  const applied: AppliedSnapshot[] = [];
  given.forEach(({ slice, ports, endpoints: named, deleted, applied: isApplied }, index) => {
    const built = named.map(({ address, pod, conditions }) =>
      buildEndpoint({ address, pod, nodeName: `node-${address % 2}`, ...conditions }),
    );
    const object = buildSlice("web", `web-${slice}`, built, { ports });
    const revision = { key: `default/web-${slice}`, object, deleted, time: 10 * index, fact: index };
    const snapshot = service.addSlice(index + 1, revision as unknown as RevisionOf<"EndpointSlice">);
    if (isApplied) applied.push({ at: 10 * index + 5, snapshot });
  });
  return { service, applied };
}

describe("what a node believes", () => {
  test.each([
    ["Cluster", CLUSTER_POLICY],
    ["Local", new LocalPolicy(["node-1"])],
  ])(
    "is, difference by difference, what its snapshots hold, in the order of addresses; and uses what they make usable by the policy %s",
    (_name, policy) => {
      fc.assert(
        fc.property(writes, (given) => {
          const { service, applied } = serviceWith(given);
          const believed = new Map<string, unknown>();
          const used = new Set<string>();
          const beliefs = service.observed.beliefs(applied, NODE, policy);
          expect(beliefs.map(({ at }) => at)).toEqual(applied.map(({ at }) => at));
          beliefs.forEach((belief, index) => {
            const texts = belief.endpoints.map(
              ({ before, after }) => `${after === null ? 0 : 1} ${(after ?? before)?.text}`,
            );
            expect(texts).toEqual([...texts].sort((x, y) => (x < y ? -1 : 1)));
            for (const { before, after } of belief.endpoints) {
              const name = `${(after ?? before)?.text} ${(after ?? before)?.pod}`;
              expect(believed.get(name) ?? null).toEqual(before);
              if (after === null) believed.delete(name);
              else believed.set(name, after);
            }
            for (const pod of belief.unused) expect(used.delete(pod)).toBe(true);
            for (const pod of belief.used) expect(used.has(pod)).toBe(false);
            for (const pod of belief.used) used.add(pod);
            const { snapshot } = applied[index] as AppliedSnapshot;
            // every slice has the port http, so that and metrics name all texts there are
            const held = [HTTP, METRICS].flatMap(({ name, protocol }) => snapshot.endpoints(name, protocol));
            const plain = held.map(({ text, pod, nodeName, ready, serving, terminating }) => ({
              text,
              pod,
              nodeName,
              ready,
              serving,
              terminating,
            }));
            expect(new Map(plain.map((each) => [`${each.text} ${each.pod}`, each]))).toEqual(believed);
            const usable = [HTTP, METRICS, ADMIN].flatMap(({ name, protocol }) =>
              snapshot.usable(name, protocol, NODE, policy),
            );
            expect(used).toEqual(new Set(usable.map(({ pod }) => pod)));
          });
        }),
        { seed: 3, numRuns: 300 },
      );
    },
  );

  test("begins with the snapshot in force at time zero", () => {
    const one = { slice: 0, ports: [HTTP], endpoints: [], deleted: false, applied: false };
    const { service } = serviceWith([one, one, one]);
    const [a, b, c] = service.snapshots.map((snapshot, index) => ({ at: index - 1, snapshot })) as [
      AppliedSnapshot,
      AppliedSnapshot,
      AppliedSnapshot,
    ];
    expect(service.observed.beliefs([a, b, c], NODE).map(({ at }) => at)).toEqual([0, 1]);
    expect(service.observed.beliefs([b, c], NODE).map(({ at }) => at)).toEqual([0, 1]);
    expect(service.observed.beliefs([], NODE).map(({ at }) => at)).toEqual([]);
  });
});

describe("the changes of a node", () => {
  const one = { slice: 0, ports: [HTTP], endpoints: [], deleted: false, applied: false };
  const { service } = serviceWith([one, one, one, one]);
  const applied = [1, 2].map((index) => ({ at: 100 * index, snapshot: service.snapshots[index] }) as AppliedSnapshot);
  const told = (lostAt?: number): string[] =>
    service.observed
      .changes(applied, lostAt)
      .map(({ committedAt, appliedAt, fact }) => `${fact}: ${committedAt}–${appliedAt}`);

  test("are applied by the first snapshot that holds them", () => {
    expect(told()).toEqual(["0: 0–100", "1: 10–100", "2: 20–200", "3: 30–Infinity"]);
  });

  test("of a node that died are those that it had applied: a dead node is not late", () => {
    expect(told(25)).toEqual(["0: 0–100", "1: 10–100", "2: 20–200"]);
    expect(told(35)).toEqual(["0: 0–100", "1: 10–100", "2: 20–200"]);
    expect(told(5)).toEqual(["0: 0–100"]);
  });
});
