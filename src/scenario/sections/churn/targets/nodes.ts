/** Nodes as the target of churn: one by its name, or some of a zone or of those that host certain pods. */
import * as z from "zod";
import { plannedNodes } from "../../../../model/node-names.js";
import type { ChurnTarget, Selection } from "../../../../model/scenario.js";
import type { ClusterSettings } from "../../../../model/settings.js";
import { didYouMean } from "../../../did-you-mean.js";
import type { DocumentPath } from "../../../documents/path.js";
import { strictObject } from "../../../strict-object.js";
import type { Resolution } from "../../resolution.js";
import { podReference, selectionFields, selectionOf, writeSelection } from "../../selectors.js";
import { resolvePods, writeReference } from "./pods.js";
import { anyTarget, type ChurnTargetSpec, complainTo, type NodesTarget, targetOfKind } from "./target.js";

const bareName = z.string().min(1);
const hosting = z.union([bareName, podReference]).optional().describe("Only nodes that host such a pod.");

/** What nodes can be selected by, to be spread into an object. */
export const nodeFields = {
  name: bareName.optional().describe("The node of this name."),
  zone: bareName.optional().describe("Only nodes of this zone."),
  hosting,
};

interface NodeFields {
  readonly name?: string | undefined;
  readonly zone?: string | undefined;
  readonly hosting?: z.output<typeof hosting>;
}

const someNodes = strictObject({
  selector: strictObject(nodeFields).prefault({}).describe("The candidates; every node by default."),
  hosting,
  ...selectionFields,
});

export const nodes = z.codec(
  z.union([
    bareName,
    strictObject({ node: someNodes.describe("Nodes that are Ready.") }),
    strictObject({ ...nodeFields, ...selectionFields }),
  ]),
  anyTarget,
  {
    decode(written, payload): ChurnTargetSpec {
      if (typeof written === "string") return nodesOf({ name: written }, { mode: "one", value: 0 });
      const complain = complainTo(payload);
      if (!("node" in written)) return nodesOf(written, selectionOf(written, complain));
      const { selector, hosting: host = selector.hosting } = written.node;
      return nodesOf({ ...selector, hosting: host }, selectionOf(written.node, complain));
    },
    encode(target) {
      const found = targetOfKind(target, "nodes");
      return { node: { ...writeSelection(found.selection), selector: writeNodes(found) } };
    },
  },
);

export function nodesOf({ name, zone, hosting: host }: NodeFields, selection: Selection): NodesTarget {
  return {
    kind: "nodes",
    name: name ?? "",
    zone: zone ?? "",
    hosting: host === undefined ? null : typeof host === "string" ? { name: host } : host,
    selection,
  };
}

export function writeNodes({ name, zone, hosting: host }: NodesTarget): NodeFields {
  return {
    ...(name === "" ? {} : { name }),
    ...(zone === "" ? {} : { zone }),
    ...(host === null ? {} : { hosting: writeReference(host) }),
  };
}

export function resolveNodes(
  resolution: Resolution,
  cluster: ClusterSettings,
  target: NodesTarget,
  path: DocumentPath,
): ChurnTarget | null {
  const planned = plannedNodes(cluster.nodePools);
  const { name, zone } = target;
  if (target.nodeLocalDns !== undefined && cluster.nodeLocalDns !== true) {
    resolution.error(path, "no node runs NodeLocal DNSCache", "set cluster.components.nodeLocalDNS.enabled");
    return null;
  }
  const names = planned.map((node) => node.name);
  if (name !== "" && !names.includes(name)) {
    resolution.error(path, `there is no node ${name}`, didYouMean(name, names, "nodes"));
    return null;
  }
  const zones = [...new Set(planned.map((node) => node.zone))];
  if (zone !== "" && !zones.includes(zone)) {
    resolution.error(path, `there is no node in a zone ${zone}`, didYouMean(zone, zones, "zones"));
    return null;
  }
  if (target.hosting === null) return { ...target, hosting: null };
  const selector = resolvePods(resolution, target.hosting, path);
  return selector === null ? null : { ...target, hosting: selector };
}
