/**
 * The data plane of one node: whatever makes Service addresses work there. Nobody outside its folder asks which one it is:
 * a node has rules, an observer of endpoints, and a process that ends and starts.
 */
import type { Context } from "../../engine/context.js";
import type { Micros } from "../../engine/duration.js";
import type { ApiSession } from "../../model/api-session.js";
import type { Translator } from "../../model/flow.js";
import type { EndpointObserver } from "../../model/observation.js";
import type { ClientPlace } from "./traffic-policy.js";

export interface ServiceDataPlane extends EndpointObserver {
  /** As churn names it: "kube-proxy". */
  readonly component: string;
  /** What the node does with packets to Service addresses. They stay as they are while no process runs. */
  readonly rules: Translator;
  /** Whether its process runs. */
  readonly running: boolean;
  /** The process, or its node, ends now without a word. Nothing happens when none runs. */
  crash(now: Micros): void;
  /** A process starts now, after the end of the last one. Throws while one runs. */
  start(now: Micros): void;
}

/**
 * Makes the data plane of a node, whose process starts now. `context` is the node's: its crash takes the process along.
 * `session` is the node's too: what its processes hear of the API server goes through it.
 */
export type DataPlaneFactory = (context: Context, node: ClientPlace, session: ApiSession) => ServiceDataPlane;
