import { expect, it } from "vitest";
import { startControllerManager } from "../../src/control-plane/controller-manager.js";
import { SECOND } from "../../src/engine/duration.js";
import { runFakeKubelet } from "./fake-kubelet.js";
import { Harness } from "./harness.js";
import { deployment, node, service } from "./objects.js";

it("smoke", () => {
  const h = new Harness();
  startControllerManager({ context: h.context, reader: h.reader, clientFor: h.clientFor });
  h.put(node("n1"));
  h.put(service("web"));
  h.put(deployment("web", 10));
  runFakeKubelet(h, { startup: 2 * SECOND, termination: 30 * SECOND });
  h.reader.start();
  h.run(60 * SECOND);
  expect(h.simulation.pendingControl).toBe(0);
  h.change("Deployment", "default/web", (d) => ({ ...d, spec: { ...d.spec, template: { ...d.spec.template, annotations: { a: "b" } } } }));
  h.run();
  for (const { time, revision } of h.commits) {
    const f = h.simulation.facts;
    if (revision.kind !== "Pod" || revision.deleted) console.log((time / 1e6).toFixed(3), revision.kind, revision.key, f.objectOf(revision.fact), "<-", f.parentOf(revision.fact) < 0 ? "" : f.subjectOf(f.parentOf(revision.fact)) + " " + f.objectOf(f.parentOf(revision.fact)));
  }
  expect(h.objects("Pod").length).toBe(10);
  console.log(JSON.stringify(h.objects("EndpointSlice")[0]?.metadata), h.objects("EndpointSlice")[0]?.endpoints.length);
});
