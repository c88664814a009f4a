/** errors: logs what goes wrong further down. It changes no answer; it stands here because its place in the chain is real. */
import type { Plugin } from "./plugin.js";

export const errors: Plugin = { name: "errors", create: () => null };
