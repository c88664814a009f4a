/** A component of the cluster as the target of churn: CoreDNS as a whole, others as processes on some nodes. */
import * as z from "zod";
import { DNS_DEPLOYMENT, DNS_NAMESPACE } from "../../../../dns/addon/kube-dns.js";
import { strictObject } from "../../../strict-object.js";
import { selectionFields, selectionOf, writeSelection } from "../../selectors.js";
import { nodeFields, nodesOf, writeNodes } from "./nodes.js";
import { anyTarget, type ChurnTargetSpec, complainTo } from "./target.js";

const COREDNS: ChurnTargetSpec = {
  kind: "workload",
  workload: { kind: "Deployment", name: DNS_DEPLOYMENT, namespace: DNS_NAMESPACE },
};

const written = z.union(
  [
    z.enum(["coredns", "kube-proxy", "node-local-dns"]),
    strictObject({ component: z.literal("coredns").describe("All replicas, by a rollout of their Deployment.") }),
    strictObject({
      component: z.literal("kube-proxy").describe("The process on the selected nodes."),
      ...nodeFields,
      ...selectionFields,
    }),
    strictObject({
      component: z.literal("node-local-dns").describe("NodeLocal DNSCache on the selected nodes."),
      stop: z
        .enum(["graceful", "kill"])
        .prefault("graceful")
        .describe("graceful: SIGTERM, questions go to kube-dns; kill: SIGKILL, they are refused."),
      ...nodeFields,
      ...selectionFields,
    }),
  ],
  { error: () => "the component is coredns, kube-proxy or node-local-dns; of the last two nodes can be selected" },
);

export const component = z.codec(written, anyTarget, {
  decode(value, payload): ChurnTargetSpec {
    if (typeof value === "string") {
      if (value === "coredns") return COREDNS;
      const all = nodesOf({}, { mode: "all", value: 0 });
      return value === "kube-proxy" ? all : { ...all, nodeLocalDns: "graceful" };
    }
    if (value.component === "coredns") return COREDNS;
    const nodes = nodesOf(value, selectionOf(value, complainTo(payload)));
    return value.component === "kube-proxy" ? nodes : { ...nodes, nodeLocalDns: value.stop };
  },
  encode(target): z.output<typeof written> {
    if (target.kind !== "nodes") return { component: "coredns" };
    const selected = { ...writeSelection(target.selection), ...writeNodes(target) };
    const { nodeLocalDns: stop } = target;
    if (stop === undefined) return { component: "kube-proxy", ...selected };
    return { component: "node-local-dns", stop, ...selected };
  },
});
