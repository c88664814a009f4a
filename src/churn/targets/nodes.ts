/** Some of the nodes that are reported Ready, by name, zone, or pods that they host. */
import * as z from "zod";
import type { ClusterApi } from "../../model/cluster.js";
import { plannedNodes } from "../../model/node-names.js";
import { isTerminal, keyOf } from "../../model/objects.js";
import type { ChurnTarget, PodSelector, Selection } from "../../model/scenario.js";
import {
  type PodReference,
  podReference,
  selectionFields,
  selectionOf,
  writeReference,
  writeSelection,
} from "../../model/selector-schema.js";
import { strictObject } from "../../model/strict-object.js";
import { isSelected, sortedKeys } from "./selected.js";
import { complainTo, type TargetLookup, targetKind } from "./target.js";

const ZONE = "topology.kubernetes.io/zone";

/** Which nodes; empty texts and null take every one. */
export interface NodeSelector {
  readonly name: string;
  readonly zone: string;
  /** Only nodes that host a pod that this selects. */
  readonly hosting: PodSelector | null;
  readonly selection: Selection;
}

/** One whose names have not been looked up. */
export interface NodeSelectorWritten extends Omit<NodeSelector, "hosting"> {
  readonly hosting: PodReference | null;
}

export interface NodesTarget extends ChurnTarget, NodeSelector {
  readonly kind: "nodes";
}

interface NodesWritten extends ChurnTarget, NodeSelectorWritten {
  readonly kind: "nodes";
}

const bareName = z.string().min(1);
const hosting = z.union([bareName, podReference]).optional().describe("Only nodes that host such a pod.");

/** Fields that select nodes, to be spread into an object. */
export const nodeFields = {
  name: bareName.optional().describe("The node of this name."),
  zone: bareName.optional().describe("Only nodes of this zone."),
  hosting,
};

export interface NodeFields {
  readonly name?: string | undefined;
  readonly zone?: string | undefined;
  readonly hosting?: z.output<typeof hosting>;
}

export function nodesOf({ name, zone, hosting: host }: NodeFields, selection: Selection): NodeSelectorWritten {
  return {
    name: name ?? "",
    zone: zone ?? "",
    hosting: host === undefined ? null : typeof host === "string" ? { name: host } : host,
    selection,
  };
}

/** Null when there is no such node, zone or workload: it has been reported. */
export function resolveNodes(written: NodeSelectorWritten, lookup: TargetLookup): NodeSelector | null {
  const { name, zone, selection } = written;
  const planned = plannedNodes(lookup.cluster.nodePools);
  const names = planned.map((node) => node.name);
  if (name !== "" && !names.includes(name)) {
    lookup.error(`there is no node ${name}`, lookup.suggest(name, names, "nodes"));
    return null;
  }
  const zones = [...new Set(planned.map((node) => node.zone))];
  if (zone !== "" && !zones.includes(zone)) {
    lookup.error(`there is no node in a zone ${zone}`, lookup.suggest(zone, zones, "zones"));
    return null;
  }
  const hosts = written.hosting === null ? null : lookup.pods(written.hosting);
  return written.hosting !== null && hosts === null ? null : { name, zone, hosting: hosts, selection };
}

/** The fields of `nodeFields`. */
export function writeNodes({ name, zone, hosting: hosts }: NodeSelectorWritten): NodeFields {
  return {
    ...(name === "" ? {} : { name }),
    ...(zone === "" ? {} : { zone }),
    ...(hosts === null ? {} : { hosting: writeReference(hosts) }),
  };
}

export function readyNodes(api: ClusterApi, { name, zone, hosting: selector }: NodeSelector): readonly string[] {
  const pods = selector === null ? [] : api.list("Pod").filter((pod) => isSelected(pod, selector) && !isTerminal(pod));
  const hosts = new Set(pods.map((pod) => pod.spec.nodeName));
  const ready = api
    .list("Node")
    .filter((node) => node.status.ready === "True")
    .filter((node) => name === "" || node.metadata.name === name)
    .filter((node) => zone === "" || node.metadata.labels[ZONE] === zone)
    .filter((node) => selector === null || hosts.has(node.metadata.name));
  return sortedKeys(ready.map(keyOf));
}

const some = strictObject({
  selector: strictObject(nodeFields).prefault({}).describe("The candidates; every node by default."),
  hosting,
  ...selectionFields,
});

const schema = z.codec(
  z.union([
    bareName,
    strictObject({ node: some.describe("Nodes that are Ready.") }),
    strictObject({ ...nodeFields, ...selectionFields }),
  ]),
  z.custom<NodesWritten>(),
  {
    decode(text, payload): NodesWritten {
      if (typeof text === "string") return { kind: "nodes", ...nodesOf({ name: text }, { mode: "one", value: 0 }) };
      const complain = complainTo(payload);
      if (!("node" in text)) return { kind: "nodes", ...nodesOf(text, selectionOf(text, complain)) };
      const { selector, hosting: host = selector.hosting } = text.node;
      return { kind: "nodes", ...nodesOf({ ...selector, hosting: host }, selectionOf(text.node, complain)) };
    },
    encode: (target) => ({ node: { ...writeSelection(target.selection), selector: writeNodes(target) } }),
  },
);

export const nodes = targetKind<NodesTarget, NodesWritten>({
  kind: "nodes",
  schema,
  nameIn: ({ name }) => name,
  resolve(written, lookup) {
    const found = resolveNodes(written, lookup);
    return found === null ? null : { kind: "nodes", ...found };
  },
  candidates: readyNodes,
  selection: ({ selection }) => selection,
  noun: () => "Node",
});
