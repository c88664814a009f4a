/** Somebody changes the Corefile in CoreDNS's ConfigMap. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import { churnAction } from "./action.js";

export const changeCorefile = churnAction({
  name: "change-corefile",
  summary: "Replaces the Corefile in the ConfigMap of CoreDNS; replicas with the plugin reload take it up.",
  target: "workload",
  phase: Phase.write,
  parameters: z.strictObject({
    corefile: z.string().min(1).describe("The whole new Corefile."),
  }),
  start(cluster, _firing, { corefile }) {
    cluster.components.configure("coredns", corefile);
  },
});
