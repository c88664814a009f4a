/**
 * Colours that people with any colour vision can tell apart: the Okabe–Ito set for what is common, Paul Tol's "muted"
 * set for the rest. A cause has the same colour in every figure.
 */
import type { Cause } from "../../model/outcome.js";

export const CAUSE_COLOURS: Readonly<Record<Cause, string>> = {
  "stale-rules": "#d55e00",
  "stale-dns-answer": "#0072b2",
  "stale-address": "#56b4e9",
  "nobody-there": "#661100",
  "no-ready-endpoints": "#332288",
  "node-down": "#cc79a7",
  "transit-down": "#cc6677",
  "process-exited": "#e69f00",
  "killed-in-flight": "#009e73",
  "grace-period-exceeded": "#117733",
  "packet-loss": "#aa4499",
  "not-listening-yet": "#f0e442",
  "ip-reused": "#882255",
  "unknown-to-node": "#44aa99",
  "slow-server": "#999933",
  "client-crashed": "#bbbbbb",
  "dns-unavailable": "#004488",
};

export const SUCCESS_COLOUR = "#0072b2";
export const MEDIAN_COLOUR = "#0072b2";
export const SLOWEST_COLOUR = "#d55e00";
export const API_COLOUR = "#222222";
export const DESIRED_COLOUR = "#8c8c8c";

/** Classes of rule lag: a node that is behind by less than `below` seconds has the colour; light to dark. */
export const LAG_CLASSES: readonly { readonly below: number; readonly label: string; readonly colour: string }[] = [
  { below: 0.5, label: "< 0.5 s", colour: "#fee8c8" },
  { below: 1, label: "< 1 s", colour: "#fdc38d" },
  { below: 2, label: "< 2 s", colour: "#fc8d59" },
  { below: 5, label: "< 5 s", colour: "#d7301f" },
  { below: Number.POSITIVE_INFINITY, label: "5 s and more", colour: "#7f0000" },
];
/** A node that heard nothing more until the end of the run. */
export const SILENT_CLASS = { label: "no news any more", colour: "#9e9e9e" } as const;
