/** Node failure: the power goes off, and nobody tells the API. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import { churnAction } from "./action.js";

export const crashNode = churnAction({
  name: "crash-node",
  summary: "Powers the selected nodes off for good, without a word to the API server.",
  target: "nodes",
  phase: Phase.crash,
  parameters: z.strictObject({}),
  start(cluster, firing) {
    for (const node of firing.keys) cluster.components.crashNode(node, firing.fact);
  },
});
