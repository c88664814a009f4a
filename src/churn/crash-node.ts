/** Node failure: the power goes off, and nobody tells the API. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import { churnAction } from "./action.js";
import { nodes } from "./targets/nodes.js";

export const crashNode = churnAction({
  name: "crash-node",
  summary: "Powers the selected nodes off for good, without a word to the API server.",
  target: nodes,
  phase: Phase.crash,
  parameters: z.strictObject({}),
  start({ components, context }, { fact, keys }) {
    for (const node of keys) {
      // no node goes because of the one before it
      context.because(fact);
      components.find({ component: "node", node })?.stop("kill");
    }
  },
});
