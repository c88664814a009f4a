/**
 * The order of the plugin chain. It is fixed here, as plugin.cfg fixes it when CoreDNS is built: no Corefile changes it
 * (CoreDNS 1.14.7). ORDER MATTERS: loadbalance shuffles what cache keeps, and cache stands before kubernetes. A new
 * plugin is one file beside this one and one line here, at its place of plugin.cfg.
 */
import { autopath } from "./autopath.js";
import { cache } from "./cache/cache.js";
import { errors } from "./errors.js";
import { forward } from "./forward/forward.js";
import { health } from "./health.js";
import { hosts } from "./hosts.js";
import { kubernetes } from "./kubernetes/kubernetes.js";
import { loadbalance } from "./loadbalance.js";
import { loop } from "./loop.js";
import type { Plugin } from "./plugin.js";
import { ready } from "./ready.js";
import { reload } from "./reload.js";
import { rewrite } from "./rewrite/rewrite.js";
import { template } from "./template/template.js";

export const PLUGINS: readonly Plugin[] = [
  reload,
  ready,
  health,
  errors,
  loadbalance,
  rewrite,
  autopath,
  cache,
  template,
  hosts,
  kubernetes,
  loop,
  forward,
];
