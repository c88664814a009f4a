/**
 * reload (CoreDNS 1.14.7, plugin/reload): looks at the Corefile each INTERVAL and sets everything up anew when it has
 * changed. The interval is drawn once: INTERVAL plus or minus half of JITTER. Defaults 30 s and 15 s.
 */
import { SECOND } from "../../engine/duration.js";
import type { Plugin } from "./plugin.js";
import { readSingle } from "./single-directive.js";

const INTERVAL = 30 * SECOND;
const JITTER = 15 * SECOND;
const LEAST_INTERVAL = 2 * SECOND;
const LEAST_JITTER = SECOND;

export const reload: Plugin = {
  name: "reload",
  setup: (directives, context) => {
    const reader = readSingle(directives, context);
    reader.count(0, 2);
    reader.noBlock();
    const given = Math.max(LEAST_INTERVAL, reader.duration(0, INTERVAL));
    const jitter = Math.max(LEAST_JITTER, reader.duration(1, JITTER));
    return [{ handler: null, lifecycle: { reload: { interval: given, jitter: Math.min(jitter, given / 2) } } }];
  },
};
