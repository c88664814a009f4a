/**
 * errors: logs what goes wrong further down. It changes no answer, so it needs no handler; it stands in the list because its
 * place in the chain is real. `consolidate` and `stacktrace` only shape the log and are accepted as they are.
 */
import type { Plugin } from "./plugin.js";
import { readSingle } from "./single-directive.js";

export const errors: Plugin = {
  name: "errors",
  setup: (directives, context) => {
    readSingle(directives, context).count(0, 1);
    return [{ handler: null }];
  },
};
