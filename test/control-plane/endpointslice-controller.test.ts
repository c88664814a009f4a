import { describe, expect, test } from "vitest";
import { EndpointSliceController } from "../../src/control-plane/endpointslice-controller.js";
import { HOUR, MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { Harness, type HarnessOptions } from "./harness.js";
import { endpoints, node, pod, service, slice } from "./objects.js";

/** The controller before a Service "web"; nothing has happened yet. */
function started(options: HarnessOptions = {}): Harness {
  const harness = new Harness(options);
  new EndpointSliceController(harness.context, harness.reader, harness.clientFor("endpointslice"));
  harness.reader.start();
  harness.put(service("web"));
  return harness;
}

function podsInSlices(harness: Harness): string[] {
  return harness.objects("EndpointSlice").flatMap((each) => each.endpoints.map((endpoint) => endpoint.pod));
}

describe("a sync that fails, because the node of a pod is unknown", () => {
  /** When the k-th retry comes, from 0: after 1, 2, 4, … s, each counted from the one before, and 1,000 s at most. */
  function retryAt(k: number): number {
    let seconds = 0;
    for (let i = 0; i <= k; i++) seconds += Math.min(2 ** i, 1_000);
    return seconds * SECOND;
  }

  /** The node becomes known just before the retry `k`; the pods in slices an hour after that retry. */
  function nodeKnownBefore(k: number): string[] {
    const harness = started();
    harness.put(pod("a", { node: "late" }));
    harness.at(retryAt(k) - SECOND / 2, () => harness.put(node("late")));
    harness.run(retryAt(k) + HOUR);
    return podsInSlices(harness);
  }

  test.each([0, 3, 14])("is retried, for the %d. time as well", (k) => {
    expect(nodeKnownBefore(k)).toEqual(["a"]);
  });

  test("is given up after 15 retries", () => {
    expect(nodeKnownBefore(15)).toEqual([]);
  });
});

describe("somebody else who writes a slice behind a write of ours", () => {
  /** Our write of the slice is answered 2.5 ms after its commit; the news of the other write comes before that. */
  function overwritten(foreignWrite: boolean): Harness {
    const harness = started({ watch: MILLISECOND, write: 50 * MILLISECOND });
    harness.put(node("n1"));
    harness.put(pod("a"));
    let done = false;
    harness.log.onCommit("EndpointSlice", () => {
      if (!foreignWrite || done) return;
      done = true;
      harness.at(harness.simulation.now + MILLISECOND / 2, () =>
        harness.change("EndpointSlice", "default/web-1", (own) => slice(own.metadata.name, endpoints(7, 1))),
      );
    });
    harness.run(20 * SECOND);
    return harness;
  }

  test("is undone by a sync a second after our answer", () => {
    const harness = overwritten(true);
    expect(podsInSlices(harness)).toEqual(["a"]);
    const times = harness.commitsOf("EndpointSlice").map(({ time }) => time);
    expect(times).toHaveLength(3);
    const [own = 0, , again = 0] = times;
    // from the commit until our answer, the delay, until the commit of the next
    expect(again - own).toBe(2.5 * MILLISECOND + SECOND + 47.5 * MILLISECOND);
  });

  test("and without anybody else nothing is written again", () => {
    expect(overwritten(false).commitsOf("EndpointSlice")).toHaveLength(1);
  });
});
