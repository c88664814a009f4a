/** Whom a churn entry is about: a workload, some pods, some nodes; a bare name where one is enough. */
import * as z from "zod";
import { DNS_DEPLOYMENT, DNS_NAMESPACE } from "../../../dns/addon/kube-dns.js";
import type { ProcessStop } from "../../../model/cluster.js";
import type { Selection } from "../../../model/scenario.js";
import { strictObject } from "../../strict-object.js";
import {
  type PodReference,
  podReference,
  selectionFields,
  selectionOf,
  type WorkloadSpec,
  workloadKinds,
  workloadReference,
} from "../selectors.js";

/** A target as parsed: names are not looked up yet. */
export type ChurnTargetSpec =
  | { readonly kind: "workload"; readonly workload: WorkloadSpec }
  | { readonly kind: "upstream" }
  | { readonly kind: "pods"; readonly pods: PodReference; readonly selection: Selection }
  | {
      readonly kind: "nodes";
      readonly name: string;
      readonly zone: string;
      readonly hosting: PodReference | null;
      readonly selection: Selection;
      readonly nodeLocalDns?: ProcessStop;
    };

type NodesTarget = Extract<ChurnTargetSpec, { kind: "nodes" }>;

const bareName = z.string().min(1);

const workload = z
  .union([
    bareName,
    strictObject({
      ...workloadReference.shape,
      kind: workloadKinds.optional().describe("The kind of the workload; by default any that has the name."),
    }),
  ])
  .transform(
    (value): ChurnTargetSpec => ({ kind: "workload", workload: typeof value === "string" ? { name: value } : value }),
  );

type Complain = (message: string) => void;
const complainTo =
  (context: { addIssue(message: string): void }): Complain =>
  (message) =>
    context.addIssue(message);

const somePods = strictObject({ selector: podReference.describe("The candidates."), ...selectionFields });

const pods = z
  .union([
    bareName,
    strictObject({ pods: somePods.describe("Pods that run, selected by labels or workload.") }),
    strictObject({ ...workloadReference.shape, ...selectionFields }),
  ])
  .transform((value, context): ChurnTargetSpec => {
    const complain = complainTo(context);
    if (typeof value === "string") {
      return { kind: "pods", pods: { name: value }, selection: { mode: "one", value: 0 } };
    }
    if ("pods" in value) {
      return { kind: "pods", pods: value.pods.selector, selection: selectionOf(value.pods, complain) };
    }
    const { kind, name, namespace } = value;
    return { kind: "pods", pods: { kind, name, namespace }, selection: selectionOf(value, complain) };
  });

const hosting = z.union([bareName, podReference]).optional().describe("Only nodes that host such a pod.");
const nodeFields = {
  name: bareName.optional().describe("The node of this name."),
  zone: bareName.optional().describe("Only nodes of this zone."),
  hosting,
};

const someNodes = strictObject({
  selector: strictObject(nodeFields).prefault({}).describe("The candidates; every node by default."),
  hosting,
  ...selectionFields,
});

const nodes = z
  .union([
    bareName,
    strictObject({ node: someNodes.describe("Nodes that are Ready.") }),
    strictObject({ ...nodeFields, ...selectionFields }),
  ])
  .transform((value, context): ChurnTargetSpec => {
    if (typeof value === "string") {
      return { kind: "nodes", name: value, zone: "", hosting: null, selection: { mode: "one", value: 0 } };
    }
    const { selector, chosen } =
      "node" in value ? { selector: value.node.selector, chosen: value.node } : { selector: value, chosen: value };
    return nodesOf(
      { ...selector, hosting: chosen.hosting ?? selector.hosting },
      selectionOf(chosen, complainTo(context)),
    );
  });

interface NodeFields {
  readonly name?: string | undefined;
  readonly zone?: string | undefined;
  readonly hosting?: z.output<typeof hosting>;
}

function nodesOf({ name, zone, hosting: host }: NodeFields, selection: Selection): NodesTarget {
  return {
    kind: "nodes",
    name: name ?? "",
    zone: zone ?? "",
    hosting: host === undefined ? null : typeof host === "string" ? { name: host } : host,
    selection,
  };
}

const COREDNS: ChurnTargetSpec = {
  kind: "workload",
  workload: { kind: "Deployment", name: DNS_DEPLOYMENT, namespace: DNS_NAMESPACE },
};

const component = z
  .union(
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
  )
  .transform((value, context): ChurnTargetSpec => {
    if (typeof value === "string") {
      if (value === "coredns") return COREDNS;
      const all = nodesOf({}, { mode: "all", value: 0 });
      return value === "kube-proxy" ? all : { ...all, nodeLocalDns: "graceful" };
    }
    if (value.component === "coredns") return COREDNS;
    const nodes = nodesOf(value, selectionOf(value, complainTo(context)));
    return value.component === "kube-proxy" ? nodes : { ...nodes, nodeLocalDns: value.stop };
  });

const upstream = z
  .string()
  .refine((text) => text === "all", { error: () => "all: the DNS servers outside fall silent together" })
  .transform((): ChurnTargetSpec => ({ kind: "upstream" }));

export const TARGET_SCHEMAS = { workload, pods, nodes, component, upstream } as const;
