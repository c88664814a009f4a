/** A component of the cluster: all of it where it is a workload, or its processes on some nodes. */
import * as z from "zod";
import type { ProcessStop } from "../../model/cluster.js";
import { objectKey } from "../../model/objects.js";
import type { ChurnTarget, Selection } from "../../model/scenario.js";
import { selectionFields, selectionOf, writeSelection } from "../../model/selector-schema.js";
import { strictObject } from "../../model/strict-object.js";
import { COMPONENT_KINDS, type ComponentKind, componentKind } from "../component-kinds.js";
import {
  type NodeFields,
  type NodeSelector,
  type NodeSelectorWritten,
  nodeFields,
  nodesOf,
  readyNodes,
  resolveNodes,
  writeNodes,
} from "./nodes.js";
import { complainTo, targetKind } from "./target.js";

export interface ComponentTarget extends ChurnTarget {
  readonly kind: "component";
  /** In the list of kinds (component-kinds.ts). */
  readonly component: string;
  readonly stop: ProcessStop;
  /** Null for a component that is a workload. */
  readonly nodes: NodeSelector | null;
}

interface ComponentWritten extends Omit<ComponentTarget, "nodes"> {
  readonly nodes: NodeSelectorWritten | null;
}

const EVERY: Selection = { mode: "all", value: 0 };
const NAMES = COMPONENT_KINDS.map(({ name }) => name) as [string, ...string[]];
const ON_NODES = COMPONENT_KINDS.filter((each) => each.workload === null).map(({ name }) => name);

/** How a component is written in full: the fields are those that its kind has. */
function formOf({ name, summary, workload, stops }: ComponentKind) {
  const component = z.literal(name).describe(summary);
  if (workload !== null) return strictObject({ component });
  const [usual, ...others] = stops.choices;
  if (others.length === 0) return strictObject({ component, ...nodeFields, ...selectionFields });
  const stop = z.enum(stops.choices).prefault(usual).describe(stops.summary);
  return strictObject({ component, stop, ...nodeFields, ...selectionFields });
}

/** What any form gives, and is given. */
interface ComponentText extends NodeFields {
  readonly component: string;
  readonly stop?: ProcessStop | undefined;
  readonly mode?: Selection["mode"] | undefined;
  readonly value?: number | string | undefined;
}

const written = z.union([z.enum(NAMES), ...COMPONENT_KINDS.map(formOf)], {
  error: () => `the component is ${listed(NAMES, "or")}; nodes can be selected of ${listed(ON_NODES, "and")}`,
});

const schema = z.codec(written, z.custom<ComponentWritten>(), {
  decode(text, payload): ComponentWritten {
    const {
      component: name,
      mode = "all",
      ...rest
    }: ComponentText = typeof text === "string" ? { component: text } : text;
    const { workload, stops } = componentKind(name);
    const selection = selectionOf({ mode, value: rest.value }, complainTo(payload));
    const nodes = workload === null ? nodesOf(rest, selection) : null;
    return { kind: "component", component: name, stop: rest.stop ?? stops.choices[0], nodes };
  },
  encode({ component: name, stop, nodes }): ComponentText {
    if (nodes === null) return { component: name };
    const choice = componentKind(name).stops.choices.length > 1 ? { stop } : {};
    return { component: name, ...choice, ...writeSelection(nodes.selection), ...writeNodes(nodes) };
  },
});

export const component = targetKind<ComponentTarget, ComponentWritten>({
  kind: "component",
  schema,
  nameIn: ({ component: name, nodes }) => (nodes === null ? name : nodes.name),
  resolve(written, lookup) {
    const missing = componentKind(written.component).missingFrom(lookup.cluster);
    if (missing !== null) {
      lookup.error(missing.message, missing.hint);
      return null;
    }
    if (written.nodes === null) return { ...written, nodes: null };
    const nodes = resolveNodes(written.nodes, lookup);
    return nodes === null ? null : { ...written, nodes };
  },
  candidates(api, { component: name, nodes }) {
    if (nodes !== null) return readyNodes(api, nodes);
    const { workload } = componentKind(name);
    if (workload === null) return [];
    const key = objectKey(workload.namespace, workload.name);
    return api.get(workload.kind, key) === null ? [] : [key];
  },
  selection: ({ nodes }) => nodes?.selection ?? EVERY,
  noun: ({ component: name }) => componentKind(name).workload?.kind ?? "Node",
});

function listed(names: readonly string[], conjunction: "and" | "or"): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} ${conjunction} ${names.at(-1)}`;
}
