import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endpointOf, endpointPorts } from "../../src/control-plane/endpoint.js";
import { reconcileEndpointSlices } from "../../src/control-plane/endpointslice.js";
import { describeChanges, endpointChanges } from "../../src/control-plane/endpointslice-change.js";
import { packEndpoints } from "../../src/control-plane/endpointslice-packing.js";
import { endpointChange, servicesToSync } from "../../src/control-plane/pod-trigger.js";
import type { Endpoint, EndpointSlice } from "../../src/model/objects.js";
import { endpoints, POD_SPEC, pod, service, slice, terminating, withReady } from "./objects.js";

const inZone = (): string => "a";

describe("an endpoint", () => {
  test.each([
    { ready: true, deleted: false, publish: false, expected: [true, true, false] },
    { ready: false, deleted: false, publish: false, expected: [false, false, false] },
    { ready: true, deleted: true, publish: false, expected: [false, true, true] },
    { ready: false, deleted: true, publish: false, expected: [false, false, true] },
    { ready: true, deleted: false, publish: true, expected: [true, true, false] },
    { ready: false, deleted: false, publish: true, expected: [true, false, false] },
    { ready: true, deleted: true, publish: true, expected: [true, true, true] },
    { ready: false, deleted: true, publish: true, expected: [true, false, true] },
  ])("has the conditions of %o", ({ ready, deleted, publish, expected }) => {
    const web = service("web");
    const publishing = { ...web, spec: { ...web.spec, publishNotReadyAddresses: publish } };
    const endpoint = endpointOf(publishing, pod("p", { ready, deleted }), "a");
    expect([endpoint?.ready, endpoint?.serving, endpoint?.terminating]).toEqual(expected);
  });

  test("exists only with an address and while containers may run", () => {
    expect(endpointOf(service("web"), pod("p", { address: null }), "a")).toBeNull();
    expect(endpointOf(service("web"), pod("p", { phase: "Succeeded" }), "a")).toBeNull();
    expect(endpointOf(service("web"), pod("p", { phase: "Failed" }), "a")).toBeNull();
  });

  test("has a host name only under the subdomain of its Service", () => {
    const named = (subdomain: string) => ({ ...pod("p"), spec: { ...POD_SPEC, hostname: "h", subdomain } });
    expect(endpointOf(service("web"), named("web"), "a")?.hostname).toBe("h");
    expect(endpointOf(service("web"), named("other"), "a")?.hostname).toBe("");
  });

  test("takes named target ports from its pod's containers, and leaves unknown ones out", () => {
    const web = service("web");
    const port = (targetPort: number | string) => ({ name: "x", port: 80, targetPort, protocol: "TCP" as const });
    const named = { ...web, spec: { ...web.spec, ports: [port("http"), port("unknown"), port(9)] } };
    expect(endpointPorts(named, pod("p")).map((each) => each.port)).toEqual([8080, 9]);
  });
});

const sizes = (slices: readonly EndpointSlice[]): number[] => slices.map((each) => each.endpoints.length);

describe("packing", () => {
  test("fills slices that change anyway, the fullest first, before it touches others", () => {
    const present = [slice("a", endpoints(0, 50)), slice("b", endpoints(100, 90)), slice("c", endpoints(200, 20))];
    const desired = [...endpoints(1, 49), ...endpoints(101, 89), ...endpoints(200, 20), ...endpoints(300, 30)];
    const { updates, creates, deletes } = packEndpoints(desired, present, 100);
    expect(updates.map(({ metadata, endpoints: e }) => [metadata.name, e.length])).toEqual([
      ["a", 68],
      ["b", 100],
    ]);
    expect([creates, deletes]).toEqual([[], []]);
  });

  test("opens a new slice when no unchanged one takes all of the rest", () => {
    const present = [slice("a", endpoints(0, 95)), slice("b", endpoints(100, 97))];
    const desired = [...endpoints(0, 95), ...endpoints(100, 97), ...endpoints(200, 6)];
    const { updates, creates } = packEndpoints(desired, present, 100);
    expect([sizes(updates), creates.map((each) => each.length)]).toEqual([[], [6]]);
  });

  test("changes conditions in place", () => {
    const [first, second] = endpoints(0, 2) as [Endpoint, Endpoint];
    const { updates } = packEndpoints([{ ...second, ready: false }, first], [slice("a", [first, second])], 100);
    expect(updates[0]?.endpoints).toEqual([first, { ...second, ready: false }]);
  });

  test("keeps each desired endpoint exactly once, within the limit, and is stable afterwards", () => {
    const sets = fc.array(fc.uniqueArray(fc.nat(40), { maxLength: 40 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sets, (history) => {
        let present: EndpointSlice[] = [];
        let ordinal = 0;
        for (const numbers of history) {
          const desired = numbers.flatMap((number) => endpoints(number, 1));
          const packing = packEndpoints(desired, present, 7);
          const updated = new Map(packing.updates.map((each) => [each.metadata.name, each]));
          present = present
            .filter((each) => !packing.deletes.includes(each))
            .map((each) => updated.get(each.metadata.name) ?? each);
          for (const contents of packing.creates) present.push(slice(`s-${ordinal++}`, contents));
          const held = present.flatMap((each) => each.endpoints.map(({ pod: name }) => name));
          expect([...held].sort()).toEqual(desired.map(({ pod: name }) => name).sort());
          for (const size of sizes(present)) expect(size > 0 && size <= 7).toBe(true);
          const again = packEndpoints(desired, present, 7);
          expect([again.updates, again.creates, again.deletes]).toEqual([[], [], []]);
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

describe("reconciling", () => {
  const pods = (count: number) =>
    Array.from({ length: count }, (_, i) => pod(`p${i}`, { address: `10.244.1.${i + 1}` }));

  test("makes one empty slice for a Service without endpoints, and leaves it alone then", () => {
    const first = reconcileEndpointSlices(service("web"), [], [], inZone, 1);
    expect(first.creates.map(({ metadata, ports }) => [metadata.name, ports])).toEqual([["web-1", []]]);
    const second = reconcileEndpointSlices(service("web"), [], first.creates, inZone, 2);
    expect([second.creates, second.updates, second.deletes]).toEqual([[], [], []]);
  });

  test("turns the empty slice into the first one with endpoints, and back", () => {
    const { creates } = reconcileEndpointSlices(service("web"), [], [], inZone, 1);
    const filled = reconcileEndpointSlices(service("web"), pods(2), creates, inZone, 2);
    expect(filled.updates.map(({ metadata, endpoints: e }) => [metadata.name, e.length])).toEqual([["web-1", 2]]);
    expect([filled.creates, filled.deletes]).toEqual([[], []]);
    const emptied = reconcileEndpointSlices(service("web"), [], filled.updates, inZone, 2);
    expect(emptied.updates.map(({ metadata, endpoints: e, ports }) => [metadata.name, e, ports])).toEqual([
      ["web-1", [], []],
    ]);
  });

  test("keeps pods with other ports in other slices", () => {
    const web = service("web");
    const named = { ...web, spec: { ...web.spec, ports: [{ ...web.spec.ports[0]!, targetPort: "http" }] } };
    const [first, second] = pods(2) as [ReturnType<typeof pod>, ReturnType<typeof pod>];
    const container = {
      ...POD_SPEC.containers[0]!,
      ports: [{ name: "http", containerPort: 9090, protocol: "TCP" as const }],
    };
    const other = { ...second, spec: { ...second.spec, containers: [container] } };
    const { creates } = reconcileEndpointSlices(named, [first, other], [], inZone, 1);
    expect(creates.map(({ ports, endpoints: e }) => [ports[0]?.port, e.map((each) => each.pod)])).toEqual([
      [8080, ["p0"]],
      [9090, ["p1"]],
    ]);
  });

  test("leaves out pods of unknown nodes and says so, unless unready ones are published", () => {
    const web = service("web");
    const unknown = reconcileEndpointSlices(web, pods(1), [], () => null, 1);
    expect([unknown.nodeMissing, sizes(unknown.creates)]).toEqual([true, [0]]);
    const publishing = { ...web, spec: { ...web.spec, publishNotReadyAddresses: true } };
    const published = reconcileEndpointSlices(publishing, pods(1), [], () => null, 1);
    expect([published.nodeMissing, sizes(published.creates)]).toEqual([false, [1]]);
  });
});

describe("the text of a change", () => {
  test("names at most three endpoints and what became of them", () => {
    const [a, b, c, d] = endpoints(1, 4) as [Endpoint, Endpoint, Endpoint, Endpoint];
    const before = slice("s", [a, b, c]);
    const after = slice("s", [{ ...a, ready: false, terminating: true }, { ...c, ready: false, serving: false }, d]);
    expect(describeChanges(endpointChanges(before, after))).toBe(
      "10.244.0.1 ready→terminating, -10.244.0.2, 10.244.0.3 ready→not ready and 1 more",
    );
    expect(describeChanges(endpointChanges(null, slice("s", [{ ...d, ready: false }])))).toBe(
      "+10.244.0.4 (not ready)",
    );
  });
});

describe("changes of pods that concern endpoints", () => {
  const p = pod("p");
  test.each([
    ["nothing", p, p, "none"],
    ["a restart count", p, { ...p, status: { ...p.status, containers: [] } }, "none"],
    ["readiness", p, withReady(p, false), "endpoint"],
    ["an address", pod("p", { address: null }), p, "endpoint"],
    ["a deletion", p, terminating(p), "endpoint"],
    ["anything while terminating", terminating(p), terminating(p), "endpoint"],
    ["labels", p, { ...p, metadata: { ...p.metadata, labels: { app: "x" } } }, "selection"],
  ])("%s", (_name, former, now, expected) => {
    expect(endpointChange(former, now)).toBe(expected);
  });

  test("concern the Services that lose or gain the pod, and the others only when the endpoint changed", () => {
    expect(servicesToSync(["a", "b"], ["b", "c"], "selection")).toEqual(["a", "c"]);
    expect(servicesToSync(["a", "b"], ["b", "c"], "endpoint")).toEqual(["a", "b", "c"]);
    expect(servicesToSync(["a"], ["a"], "none")).toEqual([]);
  });
});
