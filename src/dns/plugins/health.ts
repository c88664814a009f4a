/**
 * health (CoreDNS 1.14.7, plugin/health): answers 200 for as long as the process lives, so a liveness probe learns nothing
 * else. What matters is `lameduck DURATION`: so long DNS is still served after SIGTERM. Default 0.
 */
import type { Plugin } from "./plugin.js";
import { readSingle } from "./single-directive.js";

export const health: Plugin = {
  name: "health",
  setup: (directives, context) => {
    const reader = readSingle(directives, context);
    reader.count(0, 1);
    let lameduck = 0;
    reader.properties({
      lameduck: (property) => {
        if (property.count(1)) lameduck = property.duration(0, 0);
      },
    });
    return [{ handler: null, lifecycle: { lameduck } }];
  },
};
