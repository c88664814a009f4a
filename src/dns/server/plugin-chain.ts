/** The chain of one server block: plugins in their fixed order, each with the next one at hand. */
import type { Question } from "../../model/dns.js";
import type { ConfiguredPlugin, Handler, PluginEnvironment } from "../plugins/plugin.js";
import { SERVER_FAILURE } from "../plugins/plugin.js";
import type { RecordIndex } from "../record-index.js";

/** The end of the chain answers SERVFAIL. Null when no plugin has a handler: such a block refuses every question. */
export function buildChain(plugins: readonly ConfiguredPlugin[], environment: PluginEnvironment): Handler | null {
  let chain: Handler | null = null;
  for (const plugin of [...plugins].reverse()) {
    if (plugin.handler === null) continue;
    const handler = plugin.handler(environment);
    const next: Handler = chain ?? (() => SERVER_FAILURE);
    const { validity } = environment;
    chain =
      plugin.keepable === true
        ? (query) => handler(query, next)
        : (query) => {
            validity.lower(query.now);
            return handler(query, next);
          };
  }
  return chain;
}

/** Whether it is certain that the chain answers a question in the event in which it arrives. */
export function answersAtOnce(plugins: readonly ConfiguredPlugin[], question: Question, index: RecordIndex): boolean {
  for (const { handler, certainty } of plugins) {
    if (handler === null) continue;
    const certain = certainty?.(question, index) ?? "unknown";
    if (certain !== "passes") return certain === "answered";
  }
  return true;
}
