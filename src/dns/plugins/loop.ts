/**
 * loop (CoreDNS 1.14.7, plugin/loop): asks a random name when it starts and ends the process when the question comes
 * back. A Corefile that forwards to itself is not simulated to that end, so the probe changes nothing.
 */
import type { Plugin } from "./plugin.js";
import { readSingle } from "./single-directive.js";

export const loop: Plugin = {
  name: "loop",
  setup: (directives, context) => {
    const reader = readSingle(directives, context);
    reader.count(0);
    reader.noBlock();
    return [{ handler: null }];
  },
};
