/**
 * Stands in for `forward` in this version: no upstream server is modelled, so names outside the cluster domain do not exist.
 * The answer carries the SOA of the root, as a validating upstream's would, with the TTL that root servers publish.
 */
import { NO_FACT } from "../../engine/facts.js";
import type { Answer } from "../../model/dns.js";
import type { Plugin } from "./plugin.js";

const ROOT_TTL_SECONDS = 86_400;

const NO_SUCH_NAME: Answer = {
  rcode: "NXDOMAIN",
  answers: [],
  authority: [
    {
      name: "",
      type: "SOA",
      ttl: ROOT_TTL_SECONDS,
      address: null,
      data: "a.root-servers.net. nstld.verisign-grs.com. 1 1800 900 604800 86400",
    },
  ],
  fact: NO_FACT,
  knownSince: Number.NaN,
};

export const outside: Plugin = { name: "outside", create: () => () => NO_SUCH_NAME };
