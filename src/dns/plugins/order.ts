/**
 * The order of the plugin chain. It is fixed here, as plugin.cfg fixes it when CoreDNS is built: no configuration changes it
 * (CoreDNS 1.14.7). ORDER MATTERS: loadbalance shuffles what cache keeps, and cache stands before kubernetes. A new
 * plugin is one file beside this one and one line here, at its place of plugin.cfg.
 */
import { cache } from "./cache.js";
import { errors } from "./errors.js";
import { kubernetes } from "./kubernetes.js";
import { loadbalance } from "./loadbalance.js";
import { outside } from "./outside.js";
import { type Handler, type Plugin, type PluginEnvironment, type PluginOptions, SERVER_FAILURE } from "./plugin.js";

export const PLUGINS: readonly Plugin[] = [errors, loadbalance, cache, kubernetes, outside];

/** The chain of `plugins` for one server; its end answers SERVFAIL. */
export function buildChain(
  options: PluginOptions,
  environment: PluginEnvironment,
  plugins: readonly Plugin[] = PLUGINS,
): Handler {
  let chain: Handler = () => SERVER_FAILURE;
  for (const plugin of [...plugins].reverse()) {
    const handler = plugin.create(options, environment);
    if (handler === null) continue;
    const next = chain;
    chain = (query) => handler(query, next);
  }
  return chain;
}
