/**
 * ready (CoreDNS 1.14.7, plugin/ready): 200 once every plugin of the block has been ready, and from then on whatever
 * becomes of the API server; not at all from SIGTERM on.
 */
import type { Plugin } from "./plugin.js";
import { readSingle } from "./single-directive.js";

export const ready: Plugin = {
  name: "ready",
  setup: (directives, context) => {
    const reader = readSingle(directives, context);
    reader.count(0, 1);
    reader.properties({
      monitor: (property) => {
        if (!property.count(1) || property.oneOf(0, ["until-ready", "continuously"], "until-ready") === "until-ready")
          return;
        property.errorAt(0, "continuous monitoring is not simulated", "leave it out: readiness is kept once reached");
      },
    });
    return [{ handler: null, lifecycle: { servesReadiness: true } }];
  },
};
