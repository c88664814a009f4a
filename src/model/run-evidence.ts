/** What a run shows to those who measure it: interfaces that assembly implements. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { AddressKeeper } from "./kept-addresses.js";
import type { Service } from "./objects.js";
import type { EndpointObserver } from "./observation.js";

/** What one server of a pod has to do. It is the same object as long as the server runs. */
export interface PodLoad {
  /** Requests accepted so far, and those of them that came over a connection that was open already. */
  readonly accepted: number;
  readonly reused: number;
  /** Requests that it is serving now. */
  readonly inFlight: number;
}

/** The pods that run, with their servers. */
export interface PodLoads {
  /** Servers of a pod ("namespace/name") that run now. */
  loadsOf(pod: string): readonly PodLoad[];
}

/** A churn event that fired. */
export interface FiredChurn {
  readonly name: string;
  readonly fact: FactId;
  readonly t: Micros;
  readonly action: string;
  /** It gave workloads another template: results tell how long that took. */
  readonly rollsOut: boolean;
  /** What was selected ("Deployment/default/web"); none when nothing was. */
  readonly objects: readonly string[];
  /** The same in one text, with ", " between. */
  readonly object: string;
}

/** The end of a pod's accepting. */
export interface StoppedPod {
  /** "namespace/name". */
  readonly pod: string;
  /** Name of its node. */
  readonly node: string;
  readonly at: Micros;
  /** What it stopped by. */
  readonly fact: FactId;
  /** It was its node's end, too. */
  readonly crashed: boolean;
}

/** Everything else that the rows of a run are made from, once it has ended. */
export interface RunEvidence {
  /** Number of the repetition. */
  readonly run: number;
  /** When arrivals stopped. */
  readonly stopsAt: Micros;
  readonly fired: readonly FiredChurn[];
  /** Pods that stopped accepting for good, in any order. */
  readonly stopped: readonly StoppedPod[];
  /** Who is held against what the API said of this Service, in the order of reports. */
  observersOf(service: Service): readonly EndpointObserver[];
  /** Who has kept addresses on the way to this Service, in the order of reports. */
  keepersOf(service: Service): readonly AddressKeeper[];
}
