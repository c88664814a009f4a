/** Somebody changes the Corefile in CoreDNS's ConfigMap. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import { COREDNS_WORKLOAD } from "../model/dns.js";
import { churnAction } from "./action.js";
import { workload } from "./targets/workload.js";

export const changeCorefile = churnAction({
  name: "change-corefile",
  summary: "Replaces the Corefile in the ConfigMap of CoreDNS; replicas with the plugin reload take it up.",
  target: workload,
  phase: Phase.write,
  parameters: z.strictObject({
    corefile: z.string().min(1).describe("The whole new Corefile."),
  }),
  check({ workload: { namespace, name } }, { corefile }, entry) {
    if (namespace !== COREDNS_WORKLOAD.namespace || name !== COREDNS_WORKLOAD.name) {
      entry.error("target", "only CoreDNS has a Corefile", `write change-corefile: ${COREDNS_WORKLOAD.name}`);
    }
    for (const { message, hint } of entry.corefileErrors(corefile)) entry.error("corefile", message, hint);
  },
  start(cluster, _firing, { corefile }) {
    cluster.components.configure("coredns", corefile);
  },
});
