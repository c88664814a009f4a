import fc from "fast-check";
import { expect, test } from "vitest";
import { SelectionIndex } from "../../src/control-plane/selection-index.js";
import { type Labels, matchesLabels } from "../../src/model/labels.js";
import { buildPod, buildService } from "../support/objects.js";
import { Harness } from "./harness.js";

const labels: fc.Arbitrary<Labels> = fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("a", "b"));

type Step = (harness: Harness, index: SelectionIndex) => void;

const podStep: fc.Arbitrary<Step> = fc
  .record({ name: fc.constantFrom("p1", "p10", "p2", "p3"), labels, same: fc.boolean(), deleted: fc.boolean() })
  .map(({ name, labels, same, deleted }) => (harness) => {
    const known = harness.log.get("Pod", `default/${name}`)?.object;
    if (known === undefined) harness.put(buildPod(name, { labels }));
    else if (deleted) harness.remove("Pod", `default/${name}`);
    else if (same) harness.put({ ...known, status: { ...known.status, podIP: 1 } });
    else harness.put({ ...known, metadata: { ...known.metadata, labels } });
  });

const serviceStep: fc.Arbitrary<Step> = fc
  .record({ name: fc.constantFrom("s1", "s2"), selector: fc.option(labels), deleted: fc.boolean() })
  .map(({ name, selector, deleted }) => (harness) => {
    if (!deleted) harness.put(buildService(name, { selector }));
    else if (harness.log.get("Service", `default/${name}`) !== null) harness.remove("Service", `default/${name}`);
  });

const ask: Step = (harness, index) => {
  harness.run();
  for (const { metadata, spec } of harness.objects("Service")) {
    const selector = spec.selector ?? {};
    const expected = harness
      .objects("Pod")
      .filter(({ metadata }) => Object.keys(selector).length > 0 && matchesLabels(selector, metadata.labels))
      .sort((x, y) => (x.metadata.name < y.metadata.name ? -1 : 1));
    expect(index.podsOf(`default/${metadata.name}`).map(({ object }) => object)).toEqual(expected);
  }
  for (const pod of harness.objects("Pod")) {
    const selecting = harness
      .objects("Service")
      .filter(({ spec: { selector } }) => selector !== null && Object.keys(selector).length > 0)
      .filter(({ spec }) => matchesLabels(spec.selector ?? {}, pod.metadata.labels));
    expect(index.servicesOf(pod)).toEqual(selecting.map(({ metadata }) => `default/${metadata.name}`).sort());
  }
};

test("knows at any time who selects whom, in order, as if everybody were asked", () => {
  const step = fc.oneof({ weight: 3, arbitrary: podStep }, serviceStep, fc.constant(ask));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const harness = new Harness({ watch: 0 });
      const index = new SelectionIndex(harness.reader);
      harness.reader.start();
      for (const step of [...steps, ask]) step(harness, index);
      expect(index.podsOf("default/none")).toEqual([]);
    }),
    { seed: 4, numRuns: 300 },
  );
});
